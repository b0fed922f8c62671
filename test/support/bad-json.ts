/**
 * Bodies that cannot be read. Most would say `"name":"Fair"` to a lenient parser, so that a request which got through
 * would be seen in the database.
 */

export const mebibyte = 1_048_576;

export const fair = '{"name":"Fair"}';
export const padded = (length: number) => fair + ' '.repeat(length - fair.length);
/** The body's own object is the first level. */
export const nested = (levels: number) => `{"name":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');

/** Each line is one text. */
const printable = lines(String.raw`
{"name":"Fair",}
{,"name":"Fair"}
{"name":"Fair",,"x":1}
{"name":"Fair" "x":1}
{"name":"Fair";"x":1}
{"name":"Fair";}
{"name":"Fair",
{"name":["Fair",]}
{"name":[,"Fair"]}
{"name":["a",,"b"]}
{"name":["a" "b"]}
{"name":["a";"b"]}
{'name':'Fair'}
{"name":'Fair'}
{"name":"Fair'}
{“name”:“Fair”}
{«name»:"Fair"}
{name:"Fair"}
{name:Fair}
{"name":Fair}
{1:"Fair"}
{null:"Fair"}
{true:"Fair"}
{["name"]:"Fair"}
{"name"="Fair"}
{"name"=>"Fair"}
{"name"}
{"name":}
{:"Fair"}
{"name"::"Fair"}
{"name","Fair"}
{"name" "Fair"}
{"name":"Fair":1}
{"name":"Fair","x"}
["name":"Fair"]
{"name":NaN}
{"name":-NaN}
{"name":nan}
{"name":Infinity}
{"name":-Infinity}
{"name":inf}
{"name":+1}
{"name":.5}
{"name":-.5}
{"name":1.}
{"name":1.e5}
{"name":01}
{"name":-01}
{"name":00}
{"name":1e}
{"name":1e+}
{"name":1E-}
{"name":1e5.5}
{"name":1.2.3}
{"name":--1}
{"name":- 1}
{"name":-}
{"name":0x1F}
{"name":0b11}
{"name":0o17}
{"name":1_000}
{"name":1,000}
{"name":1n}
{"name":1f}
{"name":1/2}
{"name":１}
{"name":2025-01-01}
{"name":++1}
{"name":+}
{"name":-.}
{"name":-1.}
{"name":-012}
{"name":-foo}
{"name":0.e1}
{"name":0.1.2}
{"name":0e}
{"name":0E+}
{"name":1.0e}
{"name":1.0e+}
{"name":1ea}
{"name":1.a}
{"name":1+2}
{"name":1 000.0}
{"name":2.e+3}
{"name":2.e-3}
{"name":.2e-3}
{"name":9.e+}
{"name":0x42}
{"name":0x}
{"name":-0x1}
{"name":1eE2}
{"name":1e0xFF}
{"name":-1x}
{"name":1,5}
{"name":[1a]}
{"name":[- 1]}
{"name":+Infinity}
{"name":-NaN1}
{"name":∞}
{"name":½}
{"name":٣}
{"name":True}
{"name":FALSE}
{"name":None}
{"name":undefined}
{"name":nil}
{"name":nul}
{"name":nulll}
{"name":tru}
{"name":truefalse}
{"name":null null}
{"name":function(){}}
{"name":new Date()}
{"name":Symbol("Fair")}
{"name":/Fair/}
{"name":"Fair"+"!"}
{"name":"""Fair"""}
{"name":r"Fair"}
{"name":u"Fair"}
{"name":("Fair")}
{"name":<Fair>}
{...{"name":["Fair"
{"name":["Fair",
{"name":["Fair"}
{"name":[["Fair"]}
{"name":["Fair"]]}
{"name":["\{["\{["\{["\{
{"name":[""],}
{"name":["x",,]}
{"name":[,]}
{"name":[*]}
{"name":[3[4]]}
{"name":[1:2]}
{"name":[1 true]}
{"name":["a"1]}
{"name":["a":1]}
{"name":[<null>]}
{"name":"Fair",null,null}
{"name":"Fair","x":truth}
{"name":"Fair",~1:2}
{"name":"Fair","x"}
{"name":"Fair","x":1,,}
{"name":"Fair"}#
{"name":"Fair"}/**/
{"name":"Fair"}/
{"name":"Fair"}//
{"name":"Fair"}/**//
{"name":/*c*/"Fair"}
{"name":"Fair"}@
{"name":"Fair"}[]
{"name":"Fair"}true
{"name":"Fair"}é
{"name":"Fair"}☃
ï»¿{"name":"Fair"}
{]
{,
{[
{'
[,
[{
["a
[}
*
<.>
<null>
☃
å
true false
nulL
True
tru
fals
1]
'Fair'
-
"Fair
"Fair\"
{"name":"Fair"}}
{**{"name":"Fair"}}
{get "name"(){return "Fair"}}
// comment
{"name":"Fair"} // comment
{"name":"Fair" /* comment */}
/* comment */ {"name":"Fair"}
{/**/"name":"Fair"}
{"name":"Fair"} # comment
{"name":"Fair"} <!-- comment -->
{"name":"Fair"} -- comment
{"name":"\x41"}
{"name":"\'"}
{"name":"\0"}
{"name":"\a"}
{"name":"\v"}
{"name":"\ "}
{"name":"\é"}
{"name":"\u"}
{"name":"\u12"}
{"name":"\u123g"}
{"name":"\uZZZZ"}
{"name":"\u{41}"}
{"name":"\u 041"}
{"name":"\u-041"}
{"name":"\U0041"}
{"name":"\ud83c\u12"}
{"name":"\ud800\u"}
{"name":"\ud800\u1"}
{"name":"\ud800\u1x"}
{"name":"\ud800\"}
{"name":"\u00A"}
{"name":"\uqqqq"}
{"name":"\x00"}
{"name":"\🌊"}
{"name":"\u+041"}
{"name":"\u0x41"}
{"name":"\u00４1"}
{"name":"\N{BULLET}"}
{"name":"\&quot;"}
{"name":"\101"}
{"name\":"Fair"}
{"name":\"Fair\"}
{"name":\n"Fair"}
{\u0022name":"Fair"}
{"na\me":"Fair"}
{"name":\u0022Fair\u0022}
{"name":"\"}
{\"name\":\"Fair\"}
{
}
[
]
"
"\
{"
{"name
{"name"
{"name":
{"name":"
{"name":"Fair
{"name":"Fair\
{"name":"Fair"
{"name":"Fair","
{"name":tru
{"name":-
{"name":{"a":1}
{"name":{"a":1]}
{"name":["a"}
{"name":["a"
{"name":"Fair"}}
{"name":"Fair"}]
{"name":"Fair"])
{"name":"Fair"]
{"name":"Fair"),
{{"name":"Fair"}}
[{"name":"Fair"}
}{"name":"Fair"}
]{"name":"Fair"}
{"name":"Fair"}{"name":"Fair"}
{"name":"Fair"} {"name":"Fair"}
{"name":"Fair"},{"name":"Fair"}
{"name":"Fair"},
{"name":"Fair"};
{"name":"Fair"}.
{"name":"Fair"} null
{"name":"Fair"} 1
{"name":"Fair"}"
5 {"name":"Fair"}
,{"name":"Fair"}
:{"name":"Fair"}
&{"name":"Fair"}
\{"name":"Fair"}
({"name":"Fair"})
callback({"name":"Fair"})
return {"name":"Fair"}
var x = {"name":"Fair"}
)]}',{"name":"Fair"}
while(1);{"name":"Fair"}
{"name":"Fair"}&x=1
body={"name":"Fair"}
name=Fair
name: Fair
- name: Fair
<name>Fair</name>
%7B%22name%22%3A%22Fair%22%7D
eyJuYW1lIjoiRmFpciJ9
undefined
NaN
[object Object]
`);

const control: [string, string][] = [
  ['a back-quoted string', '{"name":`Fair`}'],
  ['a line feed in a string', '{"name":"Fa\nir"}'],
  ['a carriage return in a string', '{"name":"Fa\rir"}'],
  ['a tab in a string', '{"name":"Fa\tir"}'],
  ['NUL in a string', '{"name":"Fa\0ir"}'],
  ['U+0001 in a string', '{"name":"Fa\x01ir"}'],
  ['U+001F in a string', '{"name":"Fa\x1fir"}'],
  ['a line feed in a key', '{"na\nme":"Fair"}'],
  ['an escaped line end in a string', '{"name":"Fa\\\nir"}'],
  ['NUL after the text', '{"name":"Fair"}\0'],
  ['NUL before the text', '\0{"name":"Fair"}'],
  ['NUL between tokens', '{"name":\0"Fair"}'],
  ['nothing but NUL', '\0\0\0\0'],
  ['nothing but white space', ' \t\r\n'],
  ['a form feed between tokens', '{"name":\f"Fair"}'],
  ['a vertical tab between tokens', '{"name":\v"Fair"}'],
  ['a no-break space between tokens', '{"name":\u00a0"Fair"}'],
  ['U+0085 between tokens', '{"name":\u0085"Fair"}'],
  ['U+2028 between tokens', '{"name":\u2028"Fair"}'],
  ['U+3000 after the text', '{"name":"Fair"}\u3000'],
  ['U+200B between tokens', '{"name":\u200b"Fair"}'],
  ['a byte order mark between tokens', '{"name":\ufeff"Fair"}'],
  ['a byte order mark after the text', '{"name":"Fair"}\ufeff'],
  ['two byte order marks', '\ufeff\ufeff{"name":"Fair"}'],
  ['U+2060 between tokens', '{"name":\u2060"Fair"}'],
  ['U+2060 in front', '\u2060{"name":"Fair"}'],
  ['an escaped tab', '{"name":"Fa\\\tir"}'],
  ['a byte order mark in a list', '{"name":[\ufeff]}'],
  ['DEL after the text', '{"name":"Fair"}\x7f'],
  ['an escape character', '\x1b[1m{"name":"Fair"}'],
  ['Control-Z after the text', '{"name":"Fair"}\x1a'],
  ['a record separator (RFC 7464)', '\x1e{"name":"Fair"}\n'],
  ['two lines (NDJSON)', '{"name":"Fair"}\n{"name":"Fair"}\n'],
];

export const badJson: readonly (readonly [string, string])[] = [
  ...printable.map((text) => [text, text] as const),
  ...control,
];

export const notObjects = lines(`
null
true
false
0
5
-0
1e400
""
"text"
"{\\"name\\":\\"Fair\\"}"
[]
[{"name":"Fair"}]
["name","Fair"]
 null
`);

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();

/** Bytes that are no UTF-8. */
export const badBytes: readonly (readonly [string, Buffer])[] = [
  ['a lone continuation byte', latin1('{"name":"\x80"}')],
  ['the last continuation byte', latin1('{"name":"\xbf"}')],
  ['three continuation bytes', latin1('{"name":"\x80\xbf\x80"}')],
  ['Latin-1', latin1('{"name":"Caf\xe9"}')],
  ['Windows-1252 quotes', latin1('{"name":"\x93Fair\x94"}')],
  ['an overlong slash, two bytes', latin1('{"name":"\xc0\xaf"}')],
  ['an overlong slash, three bytes', latin1('{"name":"\xe0\x80\xaf"}')],
  ['an overlong slash, four bytes', latin1('{"name":"\xf0\x80\x80\xaf"}')],
  ['an overlong NUL', latin1('{"name":"\xc0\x80"}')],
  ['an overlong quote', latin1('{"name":"\xc0\xa2"}')],
  ['the longest overlong form of two bytes', latin1('{"name":"\xc1\xbf"}')],
  ['a sequence of two cut after one', latin1('{"name":"\xc3"}')],
  ['a sequence of three cut after one', latin1('{"name":"\xe2"}')],
  ['a sequence of three cut after two', latin1('{"name":"\xe2\x82"}')],
  ['a sequence of four cut after three', latin1('{"name":"\xf0\x9f\x8c"}')],
  ['a cut sequence at the very end', latin1('{"name":"Fair"}\xe2\x82')],
  ['a high surrogate', latin1('{"name":"\xed\xa0\x80"}')],
  ['a low surrogate', latin1('{"name":"\xed\xb0\x80"}')],
  ['a surrogate pair (CESU-8)', latin1('{"name":"\xed\xa0\xbc\xed\xbc\x8a"}')],
  ['above U+10FFFF', latin1('{"name":"\xf4\x90\x80\x80"}')],
  ['a lead byte of 0xF5', latin1('{"name":"\xf5\x80\x80\x80"}')],
  ['five bytes', latin1('{"name":"\xf8\x88\x80\x80\x80"}')],
  ['0xFE', latin1('{"name":"\xfe"}')],
  ['0xFF', latin1('{"name":"\xff"}')],
  ['a bad byte behind a backslash', latin1('{"name":"\\\xe5"}')],
  ['a bad byte in an escape', latin1('{"name":"\\u\xe500"}')],
  ['a bad byte in a number', latin1('{"name":1\xe5}')],
  ['a bad byte behind an exponent', latin1('{"name":1e1\xe5}')],
  ['a bad byte in a word', latin1('{"name":tru\xe5}')],
  ['a surrogate half and text', latin1('{"name":"\xed\xa0\x80Fair"}')],
  ['six bytes', latin1('{"name":"\xfc\x83\xbf\xbf\xbf\xbf"}')],
  ['an overlong backslash', latin1('{"name":"\xc1\x9c"}')],
  ['an overlong brace', latin1('\xc1\xbb"name":"Fair"}')],
  ['a bad byte in a key', latin1('{"na\xffme":"Fair"}')],
  ['a bad byte between tokens', latin1('{"name":\xff"Fair"}')],
  ['a bad byte after the text', latin1('{"name":"Fair"}\xff')],
  ['UTF-16, little end first', Buffer.from(fair, 'utf16le')],
  ['UTF-16, big end first', swapped(fair)],
  ['UTF-32, little end first', Buffer.from([...fair].flatMap((character) => [character.charCodeAt(0), 0, 0, 0]))],
  ['UTF-32, big end first', Buffer.from([...fair].flatMap((character) => [0, 0, 0, character.charCodeAt(0)]))],
  ['half of a mark of UTF-8', latin1(`\xef\xbb${fair}`)],
  ['nothing but a mark of UTF-16', Buffer.from([0xff, 0xfe])],
  ['UTF-16 with its mark, little end first', Buffer.from(`\ufeff${fair}`, 'utf16le')],
  ['UTF-16 with its mark, big end first', swapped(`\ufeff${fair}`)],
];

/** Keys that could reach a prototype, plain and escaped, on top and deep. */
export const prototypeKeys = lines(String.raw`
{"__proto__":{"name":"Fair"}}
{"__proto__":null,"name":"Fair"}
{"name":"Fair","__proto__":{"admin":true}}
{"name":"Fair","__proto__":1}
{"name":"Fair","constructor":{"prototype":{"admin":true}}}
{"name":"Fair","constructor":{}}
{"name":"Fair","constructor":1}
{"name":"Fair","constructor":null}
{"name":"Fair","\u005f\u005fproto\u005f\u005f":{"admin":true}}
{"name":"Fair","__pr\u006fto__":{"admin":true}}
{"name":"Fair","\u005f_proto_\u005F":1}
{"name":"Fair","constr\u0075ctor":{"prototype":{}}}
{"name":"Fair","\u0063onstructor":1}
{"name":{"__proto__":{"admin":true}}}
{"name":{"constructor":{"prototype":{"admin":true}}}}
{"name":[[{"__proto__":1}]]}
{"name":[[{"constructor":1}]]}
{"name":"Fair","x":{"y":[{"z":{"__pr\u006fto__":{}}}]}}
{"name":"Fair","x":{"y":[{"z":{"c\u006fnstructor":{}}}]}}
`);

export const oddBodies: readonly (readonly [string, string | undefined])[] = [
  ['none', undefined],
  ['an empty one', ''],
  ['2 MB', padded(2_000_000)],
  ['2 MB of one string', `{"name":"${'x'.repeat(2_000_000)}"}`],
  ['one byte above 1 MiB', padded(mebibyte + 1)],
  ['33 levels', nested(33)],
  ['33 levels of objects', '{"name":'.repeat(33) + '1' + '}'.repeat(33)],
  ['10,000 levels', nested(10_000)],
  ['10,000 levels of objects', '{"name":'.repeat(10_000) + '1' + '}'.repeat(10_000)],
  ['10,000 levels that never end', `{"name":${'['.repeat(10_000)}`],
  ['100,000 lists in lists', `{"name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
  ['100,000 lists and objects that never end', `{"name":${'[{"":'.repeat(50_000)}`],
  ['100,000 objects that never end', '{"name":'.repeat(100_000)],
  ['500,000 levels that never end', `{"name":${'['.repeat(500_000)}`],
  ['NUL as an escape in a value', '{"name":"Fa\\u0000ir"}'],
  ['a high surrogate as an escape in a value', '{"name":"Fair\\ud83c"}'],
  ['a low surrogate as an escape in a value', '{"name":"\\udf0aFair"}'],
  ['surrogates in the wrong order', '{"name":"\\udf0a\\ud83c"}'],
  ['NUL as an escape in a key', '{"name":"Fair","na\\u0000me":1}'],
  ['a surrogate as an escape in a key', '{"name":"Fair","na\\ud800me":1}'],
  ['a key of 10,000 characters', `{"name":"Fair","${'k'.repeat(10_000)}":1}`],
  ['a key of nothing', '{"name":"Fair","":1}'],
  ['10,000 unknown keys', `{"name":"Fair"${Array.from({ length: 10_000 }, (_, i) => `,"k${i}":${i}`).join('')}}`],
];

export const wrongTypes: readonly string[] = [
  '',
  'text/plain',
  'text/json',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/jsonx',
  'application/json-patch+json',
  'application/xjson',
  'application/octet-stream',
  '*/*',
  'json',
  'text/plain, application/json',
  'text/plain; a=application/json',
];
