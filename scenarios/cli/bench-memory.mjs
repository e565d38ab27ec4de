/** Loaded before the gateway that is measured: says what memory it holds after a collection, when asked. */
process.on('message', () => {
  globalThis.gc();
  globalThis.gc();
  process.send(process.memoryUsage());
});
