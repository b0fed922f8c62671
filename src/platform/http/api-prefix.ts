/** Base path of every route of the API; that of its operations is `/api` (see `operations.ts`). */
export const apiPrefix = '/api/v1';

export function isOfApi(url: string): boolean {
  return /^\/api(\/|\?|$)/.test(url);
}
