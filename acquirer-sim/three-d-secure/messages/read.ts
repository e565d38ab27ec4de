/**
 * A message as text → its elements, or why it is none. What every message has in common is checked here, in
 * the order of the specification's codes: 101, 204, 102, 202.
 */
import { type Version, versions } from '../config.ts';
import { type Complaint, complaint, type ErroContext, invalidMessage } from '../erro.ts';
import { isUuid } from '../uuid.ts';
import { duplicateIn } from './duplicates.ts';

export type Elements = Readonly<Record<string, unknown>>;
export type MessageType = 'AReq' | 'ARes' | 'CReq' | 'CRes' | 'PReq' | 'PRes' | 'RReq' | 'RRes' | 'Erro';

const types: ReadonlySet<string> = new Set<MessageType>([
  'AReq',
  'ARes',
  'CReq',
  'CRes',
  'PReq',
  'PRes',
  'RReq',
  'RRes',
  'Erro',
]);

/** Longest message, characters. An AReq with everything at its longest stays below it. */
export const MESSAGE_MAX = 131_072;

export type Reading =
  | { readonly elements: Elements; readonly version: Version; readonly context: ErroContext }
  | { readonly complaint: Complaint; readonly context: ErroContext };

export const isObject = (value: unknown): value is Elements =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const id = (value: unknown): string | undefined => (typeof value === 'string' && isUuid(value) ? value : undefined);

/** What of a broken message can be said back about it. */
const contextOf = (elements: Elements): ErroContext => {
  const { messageType, messageVersion } = elements;
  return {
    messageVersion: versions.find((version) => version === messageVersion),
    errorMessageType: typeof messageType === 'string' && types.has(messageType) ? messageType : undefined,
    threeDSServerTransID: id(elements.threeDSServerTransID),
    dsTransID: id(elements.dsTransID),
    acsTransID: id(elements.acsTransID),
  };
};

const unknownCritical = ({ messageExtension }: Elements): readonly string[] | 'malformed' => {
  if (messageExtension === undefined) return [];
  if (!Array.isArray(messageExtension) || messageExtension.length > 10) return 'malformed';
  const ids: string[] = [];
  for (const extension of messageExtension as unknown[]) {
    if (!isObject(extension) || typeof extension.criticalityIndicator !== 'boolean') return 'malformed';
    if (typeof extension.id !== 'string' || typeof extension.name !== 'string' || !isObject(extension.data))
      return 'malformed';
    // None is known here, so a critical one cannot be.
    if (extension.criticalityIndicator) ids.push(extension.id);
  }
  return ids;
};

/** @param wanted the one type that this address takes */
export const readMessage = (text: string, wanted: MessageType): Reading => {
  const refuse = (refused: Complaint, context: ErroContext = {}): Reading => ({ complaint: refused, context });
  if (text.length > MESSAGE_MAX) return refuse(complaint('101', invalidMessage.format));
  let elements: unknown;
  try {
    elements = JSON.parse(text);
  } catch {
    return refuse(complaint('101', invalidMessage.format));
  }
  if (!isObject(elements)) return refuse(complaint('101', invalidMessage.format));
  const context = contextOf(elements);
  const { messageType, messageVersion } = elements;
  if (typeof messageType !== 'string' || !types.has(messageType))
    return refuse(complaint('101', invalidMessage.type), context);
  if (messageType !== wanted) return refuse(complaint('101', invalidMessage.receiver), context);
  const twice = duplicateIn(text);
  if (twice !== null) return refuse(complaint('204', twice), context);
  if (messageVersion === undefined) return refuse(complaint('201', 'messageVersion'), context);
  if (typeof messageVersion !== 'string' || messageVersion.length < 5 || messageVersion.length > 8)
    return refuse(complaint('203', 'messageVersion'), context);
  const version = versions.find((known) => known === messageVersion);
  if (version === undefined) return refuse(complaint('102', versions.join(',')), context);
  const critical = unknownCritical(elements);
  if (critical === 'malformed') return refuse(complaint('203', 'messageExtension'), context);
  if (critical.length > 0) return refuse(complaint('202', critical.join(',')), context);
  return { elements, version, context };
};
