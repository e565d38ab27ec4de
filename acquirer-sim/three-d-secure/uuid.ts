/** Transaction ids: UUIDs of version 4 (emv-3ds.md section 3), drawn from the stream of what they name. */
import { drawHex } from '../handles.ts';
import type { Random } from '../ports.ts';

/** Case is not free: what is echoed must be equal. */
export const isUuid = (text: string): boolean =>
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(text);

export const drawUuid = (stream: Random): string => {
  const hex = drawHex(stream, 32);
  const variant = '89ab'[Number.parseInt(hex.charAt(16), 16) % 4] ?? '8';
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20)}`;
};
