// What a dictionary's file says, whatever it was written with.

// Its text.
export const decode = async (file) => {
  const data = await file.arrayBuffer();
  const [first, second] = new Uint8Array(data);
  // Spreadsheets call it "Unicode text".
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(data);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(data);
  // Spreadsheets in Chinese still write GB 18030.
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(data);
  } catch {
    return new TextDecoder("gb18030").decode(data);
  }
};
export const formatOf = (name, text) => (/\.json$/i.test(name) || /^\s*[[{]/.test(text) ? "json" : "csv");
