"""The texts that a browser keeps because they could not be saved, as tests read and make them."""

from collections.abc import Mapping
from typing import Any

from playwright.sync_api import Page

OPEN = """new Promise((resolve, reject) => {
  const request = indexedDB.open("composer", 1);
  request.onupgradeneeded = () => request.result.createObjectStore("texts", { keyPath: "name" });
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
})"""
LIST = f"""async () => {{
  const database = await {OPEN};
  const texts = await new Promise((resolve) => {{
    const request = database.transaction("texts").objectStore("texts").getAll();
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve([]); // the browser is being emptied
  }});
  database.close();
  return texts;
}}"""
PUT = f"""async (text) => {{
  const database = await {OPEN};
  await new Promise((resolve) => {{
    const transaction = database.transaction("texts", "readwrite");
    transaction.objectStore("texts").put(text);
    transaction.oncomplete = resolve;
  }});
  database.close();
}}"""


def stored_texts(page: Page) -> list[str]:
    """Return the names of the texts that the browser keeps."""
    return [str(each["name"]) for each in page.evaluate(LIST)]


def stored_words(page: Page) -> str:
    """Return the words of the texts that the browser keeps, one after the other."""
    return " ".join(words_of(each["content"]["document"]) for each in page.evaluate(LIST))


def store_text(page: Page, name: str, at: int) -> None:
    """Store a text, as an earlier page of the editor left it."""
    page.evaluate(PUT, {"name": name, "content": {"document": {}}, "revision": 1, "at": at})


def words_of(node: Mapping[str, Any]) -> str:
    """Return the words of a part of a document."""
    return str(node.get("text", "")) + "".join(map(words_of, node.get("content", [])))
