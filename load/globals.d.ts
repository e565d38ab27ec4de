/** What k6 gives every script and @types/k6 leaves to the DOM's types, which are not k6's. */
declare const console: {
  log(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};
