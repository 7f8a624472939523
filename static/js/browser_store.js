// A store of this browser. What is written is on the disk when the promise is kept: a tablet may be switched
// off, or a browser killed, a second later. Acts happen in the order of their calls. Somebody who empties
// the browser closes the store.
export function openStore(name, store, options) {
  let opening = null;
  const close = () => { opening = null; };

  const open = () => new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(store, options);
    request.onsuccess = () => {
      request.result.onclose = close;
      resolve(request.result);
    };
    request.onerror = () => {
      close();
      reject(request.error);
    };
  });

  return async function run(mode, act) {
    opening ??= open();
    const transaction = (await opening).transaction(store, mode, { durability: "strict" });
    return new Promise((resolve, reject) => {
      const request = act(transaction.objectStore(store));
      transaction.oncomplete = () => resolve(request?.result);
      transaction.onabort = () => reject(transaction.error);
    });
  };
}
