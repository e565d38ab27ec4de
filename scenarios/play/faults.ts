/** A fault of a file somebody wrote, with the place to look at. Lines and columns count from 1. */
export interface Fault {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** `timeline[2].what.tenant`; empty for the file as a whole. */
  readonly path: string;
  readonly reason: string;
}

export type Path = readonly (string | number)[];

/** A fault that knows where in the data it is, but not yet where in the file. */
export interface DataFault {
  readonly path: Path;
  /** Set when the key is at fault and not its value. */
  readonly key?: string;
  readonly reason: string;
}

/** `timeline[2].what["a b"]`: a path as people write it. */
export const formatPath = (path: Path): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');

/** One line for a terminal or an editor's problem matcher: `file:line:column: path: reason`. */
export const formatFault = ({ file, line, column, path, reason }: Fault): string =>
  `${file}:${line}:${column}: ${path === '' ? '' : `${path}: `}${reason}`;
