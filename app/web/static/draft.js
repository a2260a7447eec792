// Words that are not sent yet, kept in this browser under a key, and ids that a browser makes.

export function draftStore(key) {
  return {
    read() {
      try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
    },
    write(draft) {
      try { localStorage.setItem(key, JSON.stringify(draft)); } catch { /* a full or forbidden store: the field still holds the words */ }
    },
    clear() {
      try { localStorage.removeItem(key); } catch { /* as above */ }
    },
  };
}

// randomUUID exists only on HTTPS and localhost; a classroom server on plain HTTP needs the longer way.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
