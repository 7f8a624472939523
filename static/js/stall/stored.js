// The sign-ups that this tablet stores, encrypted: one store for all stalls and languages.
import { openStore } from "../browser_store.js";

const run = openStore("stall", "kept", { keyPath: "id", autoIncrement: true });

export const listStored = () => run("readonly", (store) => store.getAll());
export const addStored = (sealed, path, at = Date.now()) => run("readwrite", (store) => store.add({ sealed, path, at }));
export const deleteStored = (id) => run("readwrite", (store) => store.delete(id));
export const markRefused = (stored, { code, message }) =>
  run("readwrite", (store) => store.put({ ...stored, code, message }));
