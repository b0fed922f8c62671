/** Objects and lists of so many values as JSON, by the name of their shape. They fit into a body. */
export const shapes: Readonly<Record<string, (count: number) => string>>;
/** Values that are large without having many parts, as JSON. */
export const lumps: Readonly<Record<string, string>>;
export const maxBodyBytes: number;
export function uuidOf(index: number): string;
