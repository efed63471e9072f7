// What this browser remembers. Storage can be switched off: then nothing is remembered, and all else works.

export const recall = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
export const remember = (key, value) => {
  try {
    localStorage.setItem(key, value);
  } catch {
    /* full or forbidden */
  }
};
export const forget = (key) => {
  try {
    localStorage.removeItem(key);
  } catch {
    /* there is nothing in it */
  }
};
export const keysOf = (beginning) => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(beginning));
  } catch {
    return [];
  }
};
export const recallJson = (key, otherwise) => {
  try {
    return JSON.parse(recall(key)) ?? otherwise;
  } catch {
    return otherwise;
  }
};

// What this window remembers, over a reload; an empty value is forgotten.
export const recallHere = (key) => {
  try {
    return sessionStorage.getItem(key) || "";
  } catch {
    return "";
  }
};
export const rememberHere = (key, value) => {
  try {
    if (value) sessionStorage.setItem(key, value);
    else sessionStorage.removeItem(key);
  } catch {
    /* full or forbidden */
  }
};
