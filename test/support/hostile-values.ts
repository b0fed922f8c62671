/** Values that programs stumble over, each as the JSON text that says it: not all of them survive JSON.stringify. */

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
const nested = (levels: number, inner: string): string => '['.repeat(levels) + inner + ']'.repeat(levels);

/** Each line is the content of a JSON string, so `\u0000` is NUL. */
const strings = lines(String.raw`
'
\"'\"
''
\\
\\\\
a\\
\\'
' or '1'='1
'; drop table sources; --
1); delete from users where (1=1
$1
$$
$$;select pg_sleep(5);$$
:name
?
{{7*7}}
%{7*7}
\u0024{7*7}
<%= 7*7 %>
%
%%%
_
\\%
\\_
a%'_\\
%s%n%x%d
%00
%0d%0aSet-Cookie: a=b
%ED%A0%80
*
[a-z]+(
(a+)+$
[
]
[]
{}
{
}
[object Object]
null
NULL
\\N
undefined
true
false
NaN
Infinity
-Infinity
0
-0
1
-1
00000001
1e3
1e400
0x10
1.5
9007199254740993
99999999999999999999999999
__proto__
constructor
prototype
toString
valueOf
hasOwnProperty
length
then
toJSON
$where
now
today
infinity
epoch
2025-02-30
2025-02-30T00:00:00Z
2025-2-3
2025-01-01T24:00:00Z
2025-01-01T00:60:00Z
2025-01-01T00:00:00+25:00
2025-13-01T00:00:00Z
0000-00-00T00:00:00Z
+275760-09-13T00:00:00.000Z
1735689600000
00000000-0000-0000-0000-000000000000
{00000000-0000-7000-8000-000000000000}
<script>alert(1)</script>
\"><img src=x onerror=alert(1)>
javascript:alert(1)
../../etc/passwd
..\\..\\windows\\win.ini
file:///etc/passwd
http://169.254.169.254/latest/meta-data
\u0024{jndi:ldap://127.0.0.1/a}
=cmd|'/c calc'!A1
+1+1
@SUM(1)
;
|| true
$(id)
\u0060id\u0060
a\r\nX-Injected: 1
a\nb
a\tb
\u0001\u0002
\u001b[31mred
\u007f
\u0080\u009f
\u0000
a\u0000b
\u0000admin
\\u0000
\ud800
\udc00
a\udfff
\ud800\ud800
\udf0a\ud83c
x\ud83cy
\ud83c\udf0a
\ud83d\udc69\u200d\ud83d\udcbb
\ufffe\uffff
\ufffd
\ufdd0
\udbff\udfff
\u00e9
e\u0301
\ufb01
\u0130\u0131
\u00df\u1e9e
\u212a
\u01c5
\u03a3\u03c3\u03c2
\u0645\u0631\u062d\u0628\u0627
\u202egnp.exe
\u2066a\u2069
a\u200bb
\u200b
\u2028
a\u2028b\u2029c
\u00ad
\u3164
\u115f
\u180e
\ufeff
\ufeffFair\ufeff
\u00a0Fair\u3000
\u0085Fair\u0085
Z\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a
\ud83c\uddf5\ud83c\uddf1
\udb40\udc41\udb40\udc42
\u0020
\t\r\n\u000b\f
\u2000\u2003\u205f
`);

const long = [
  'x'.repeat(199),
  'x'.repeat(200),
  'x'.repeat(201),
  ` ${'x'.repeat(200)} `,
  ' '.repeat(10_000),
  `${' '.repeat(5_000)}Fair${' '.repeat(5_000)}`,
  '🌊'.repeat(200),
  '🌊'.repeat(201),
  'é'.repeat(201),
  'e\u0301'.repeat(100),
  'e\u0301'.repeat(101),
  '\u{1d4aa}'.repeat(101),
  'ﷺ'.repeat(50),
  'x'.repeat(10_000),
  '\\'.repeat(10_000),
  '%'.repeat(10_000),
  '\u0301'.repeat(10_000),
].map((value) => JSON.stringify(value));

const others = lines(String.raw`
null
true
false
0
-0
1
-1
1.5
1e3
1e-400
1e400
-1e400
9007199254740991
9007199254740993
123456789012345678901234567890
3.14159265358979323846264338327950288
[]
[null]
["Fair"]
["Fair","Fair"]
[[]]
[0]
{}
{"name":"Fair"}
{"toString":"Fair"}
{"toString":null,"valueOf":null}
{"toJSON":"Fair"}
{"length":5}
{"length":1e9}
{"then":"Fair"}
{"then":null}
{"0":"F","length":1}
{"hasOwnProperty":1}
{"prototype":{}}
{"__proto__":{}}
{"constructor":{"prototype":{}}}
{"$ne":null}
{"$gt":""}
{"":""}
{"\u0000":1}
{"\ud800":1}
{"type":"Buffer","data":[70]}
`);

export const hostileValues: readonly string[] = [
  '""',
  ...strings.map((content) => `"${content}"`),
  ...long,
  ...others,
  nested(20, '1'),
  nested(30, '"Fair"'),
  nested(31, '"Fair"'),
  nested(32, '"Fair"'),
  nested(200, '{}'),
  `[${'1,'.repeat(14_000)}1]`,
  `{${Array.from({ length: 5_000 }, (_, index) => `"k${index}":${index}`).join(',')}}`,
];

/** What looks like an address, beside the values above. */
export const hostileAddresses: readonly string[] = [
  ...lines(String.raw`
a
@
a@
@example.com
a@@example.com
a@b@example.com
a b@example.com
a@exa mple.com
a@example.com b@example.com
a@example.com,b@example.com
a@example.com;b@example.com
Ada <a@example.com>
<a@example.com>
mailto:a@example.com
a\n@example.com
a@example.com\nBcc: b@example.com
a@example.com\r\nBcc: b@example.com
a\u0000@example.com
a@example.com\u0000
a@exam\u0000ple.com
a\ud800@example.com
a@example.com\udc00
a@.com
a@example..com
a@-example.com
a@example.com.
.a@example.com
a..b@example.com
a@localhost
a@[127.0.0.1]
\"a b\"@example.com
a(comment)@example.com
a'or'1'='1@example.com
a%00@example.com
%@example.com
_@example.com
a\\@example.com
a+tag@example.com
\u00fc@example.com
a@ex\u00e4mple.com
\u212aelvin@example.com
\u0130stanbul@example.com
a@\u202egnp.moc
a\u200b@example.com
a@example.com\u200b
__proto__@example.com
constructor@example.com
  padded@example.com\t
UPPER@EXAMPLE.COM
`).map((content) => `"${content}"`),
  `"${'x'.repeat(64)}@example.com"`,
  `"${'x'.repeat(65)}@example.com"`,
  `"a@${'x'.repeat(63)}.com"`,
  `"a@${'x'.repeat(64)}.com"`,
  `"${'x'.repeat(300)}@example.com"`,
  `"a@${'x.'.repeat(200)}com"`,
  `"${'a@'.repeat(5_000)}example.com"`,
];

/** What docs/contract.md, section 1.3, says of a value in a required text field of at most 200 characters. */
export function verdictOnText(value: unknown): 'stored' | 'missing' | 'refused' {
  if (value === null) return 'missing';
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return 'refused';
  if (value.trim() === '') return 'missing';
  return [...asStored(value)].length > 200 ? 'refused' : 'stored';
}

/** "Either" where a list of common passwords or the way of counting decides. */
export function verdictOnPassword(value: unknown): 'taken' | 'refused' | 'either' {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return 'refused';
  const fits = [value, value.normalize('NFKC')].map((form) => [...form].length >= 8 && [...form].length <= 128);
  if (!fits[0] && !fits[1]) return 'refused';
  return fits[0] && fits[1] && /[^a-z0-9\s]/i.test(value) ? 'taken' : 'either';
}

/** What an address is beyond one @ is not laid down. */
export function verdictOnAddress(value: unknown): 'refused' | 'either' {
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) return 'refused';
  return value.trim().length <= 254 && /^("[^"]+"|[^\s@]+)@[^\s@]+$/.test(value.trim()) ? 'either' : 'refused';
}

/** A text as it is kept (docs/contract.md, section 1). A letter with more than 30 marks leaves it as it is. */
export function asStored(value: string): string {
  return (/\p{M}{31}/u.test(value) ? value : value.normalize('NFC')).trim();
}
