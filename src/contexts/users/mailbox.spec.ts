import { mailboxKey } from './mailbox';

it.each([
  ['ada@example.com', 'ada@example.com'],
  ['ada+crm@example.com', 'ada@example.com'],
  ['ada+crm+more@example.com', 'ada@example.com'],
  ['a.da@example.com', 'a.da@example.com'],
  ['a.d.a+crm@gmail.com', 'ada@gmail.com'],
  ['ada@googlemail.com', 'ada@gmail.com'],
  ['a.da@gmail.com.example', 'a.da@gmail.com.example'],
  ['+crm@example.com', '+crm@example.com'],
])('the mailbox of %s is %s', (address, mailbox) => {
  expect(mailboxKey(address)).toBe(mailbox);
});
