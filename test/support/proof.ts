import type { TestApp } from './app';
import type { Mail } from './mail';

/** The mails to this address whose link leads to this page, oldest first. */
export async function mailsWithLink(program: TestApp, email: string, page: string): Promise<Mail[]> {
  return (await program.mailsTo(email)).filter(
    ({ text }) => /https?:\/\/\S+/.test(text) && text.includes(`/${page}?token=`),
  );
}

/** The tokens of all links of a mail, in the order of the text. */
export function tokensIn({ text }: Mail): string[] {
  return [...text.matchAll(/\?token=(\w+)/g)].map(([, token]) => token!);
}

/** The token of the link that registering has mailed to this address. */
export async function verificationToken(program: TestApp, email: string): Promise<string> {
  return tokensIn((await mailsWithLink(program, email, 'verify-email')).at(-1)!)[0]!;
}

/** Proves the address with which somebody has registered. */
export async function verifyEmail(program: TestApp, email: string): Promise<void> {
  const token = await verificationToken(program, email);
  await program.client.post<object>('/auth/verify-email', { token }).then(({ result }) => result);
}

/** Asks for a new password. @returns the tokens of the links in the mail; empty if there is none. */
export async function resetTokens(program: TestApp, email: string): Promise<string[]> {
  const before = (await mailsWithLink(program, email, 'reset-password')).length;
  await program.client.post<object>('/auth/forgot-password', { email }).then(({ result }) => result);
  const [mail] = (await mailsWithLink(program, email, 'reset-password')).slice(before);
  return mail ? tokensIn(mail) : [];
}
