import { MOST_AT_ONCE } from "./choose.ts";

/**
 * What is dropped: the files, and those in folders however deep; one more than is taken at once tells there are more.
 */
export async function dropped({ items, files }: DataTransfer): Promise<File[]> {
  // Asked before anything is waited for: then the browser takes them away.
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter((one) => one !== null);
  if (entries.every((entry) => !entry?.isDirectory)) return [...files];
  const found: File[] = [];
  for (const entry of entries) if (entry) await walk(entry, found);
  return found;
}

async function walk(entry: FileSystemEntry, found: File[]) {
  // What systems put into folders for themselves is nothing anybody means to send.
  if (found.length > MOST_AT_ONCE || /^(\.|Thumbs\.db$|desktop\.ini$)/.test(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File | undefined>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(undefined)),
    );
    if (file) found.push(file);
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // Some at a time, until there are none.
    const some = await new Promise<FileSystemEntry[]>((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (some.length === 0 || found.length > MOST_AT_ONCE) return;
    for (const one of some) await walk(one, found);
  }
}
