declare const brand: unique symbol;

/**
 * The id of an account: a UUID from a verified token or from the database. Every statement on a tenant's table takes
 * one; another id in its place does not compile.
 */
export type AccountId = string & { readonly [brand]: 'AccountId' };
