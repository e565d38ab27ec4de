/** 0 or 1: SQLite has no boolean, and a portable schema uses none. */
export type Flag = 0 | 1;
