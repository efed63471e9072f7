// The peaks of a sound on one line of time, as far as it is made.
export const RATE = 20; // a second, as the server sends them

export const peaksOf = () => {
  const peaks = [];
  let taken = 0;
  // Of the segments that have come since.
  const gather = ({ segments, made }) => {
    for (; taken < made; taken += 1) {
      const { start_s, peaks: own = [] } = segments[taken];
      own.forEach((peak, index) => {
        const place = Math.floor(start_s * RATE + index);
        peaks[place] = Math.max(peaks[place] || 0, peak);
      });
    }
  };
  // How strong it is between two seconds: the root of the mean square, in which pauses between phrases are seen where a
  // maximum would have none; where there is less than one peak, as the line between two goes.
  const between = (begin, end) => {
    let [first, last] = [begin * RATE, end * RATE];
    if (last - first < 1) {
      const middle = Math.max(0, (first + last) / 2 - 0.5),
        low = Math.floor(middle),
        share = middle - low;
      return (peaks[low] || 0) * (1 - share) + (peaks[low + 1] ?? peaks[low] ?? 0) * share;
    }
    const from = Math.floor(first);
    let [sum, place] = [0, from];
    for (; place < last; place += 1) sum += (peaks[place] || 0) ** 2;
    return Math.sqrt(sum / (place - from));
  };
  return { gather, between };
};
