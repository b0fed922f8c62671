/** The message is a sentence for the user who uploaded the file. */
export class UnreadableFile extends Error {}
