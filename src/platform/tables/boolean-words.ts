/** Words and marks for yes and no, in the languages in which columns are known. */
const truths = new Set(
  (
    'true yes y 1 on x t checked ✓ ✔ ✔️ ☑ ✅ ja j wahr oui o vrai sí si s verdadero sim verdadeiro vero waar tak prawda sann sant sandt kyllä tosi ' +
    'да д истина 是 真 对 有 はい 有効 ○ ◯ 〇'
  ).split(' '),
);
const untruths = new Set(
  (
    'false no n 0 off f unchecked ✗ ✘ ✖ ☐ ❌ nein falsch non faux não nao falso nee onwaar nie fałsz nej falskt falsk ei epätosi нет н ложь 否 假 不 无 ' +
    'いいえ 無 無効 ×'
  ).split(' '),
);

/** @returns undefined if the text is neither. */
export function booleanOf(text: string): boolean | undefined {
  if (text.length > 10) return undefined;
  const word = text.toLowerCase();
  if (truths.has(word)) return true;
  return untruths.has(word) ? false : undefined;
}
