/** The shared place cannot be asked; nobody knows whether what was asked has been counted. */
export class SharedLostError extends Error {
  override readonly name = 'SharedLostError';
}
