/** Google delivers an address of either domain to the same mailbox. */
const gmailDomains = ['gmail.com', 'googlemail.com'];

/**
 * The mailbox behind an address: without the tag behind a `+`, and for Gmail without dots. The budget of invitations
 * counts by it.
 *
 * @param emailKey an address in the form in which addresses are compared.
 */
export function mailboxKey(emailKey: string): string {
  const at = emailKey.lastIndexOf('@');
  const [local, domain] = [emailKey.slice(0, at), emailKey.slice(at + 1)];
  const untagged = /^[^+]+/.exec(local)?.[0] ?? local;
  return gmailDomains.includes(domain) ? `${untagged.replaceAll('.', '')}@gmail.com` : `${untagged}@${domain}`;
}
