/** How long a file waits to be confirmed, in milliseconds: 24 hours. */
export const confirmTime = 24 * 60 * 60 * 1_000;

/** How long an import can be undone, in milliseconds: 7 days. */
export const undoTime = 7 * 24 * 60 * 60 * 1_000;
