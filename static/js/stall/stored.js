// The sign-ups that this tablet stores, encrypted: one store for all stalls and languages.
const NAME = "stall";
const STORE = "kept";

let opening = null;

function open() {
  opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id", autoIncrement: true });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opening;
}

// It is on the disk when this returns: a tablet may be switched off a second later.
async function run(mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, mode, { durability: "strict" });
    const request = act(transaction.objectStore(STORE));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
    transaction.onerror = () => reject(transaction.error);
  });
}

export const listStored = () => run("readonly", (store) => store.getAll());
export const addStored = (sealed, path, at = Date.now()) => run("readwrite", (store) => store.add({ sealed, path, at }));
export const deleteStored = (id) => run("readwrite", (store) => store.delete(id));
export const markRefused = (stored, { code, message }) =>
  run("readwrite", (store) => store.put({ ...stored, code, message }));
