const longestValue = 256;
const longestSentence = 1_024;
const longestStack = 4_096;

/** Three nets hang before this one: secrets are in a class of their own, in no event, and in no message of ours. */
const secrets: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g, '[secret]'],
  [/\b(Bearer) +[\w.~+/=-]{8,}/gi, '$1 [secret]'],
  [/(\w:\/\/[^\s:/@]*):[^\s/@]+@/g, '$1:[secret]@'],
];

export function withoutSecrets(text: string): string {
  return secrets.reduce((clean, [form, word]) => clean.replace(form, word), text);
}

export const valueText = (text: string): string => cut(withoutSecrets(text), longestValue);
export const sentenceText = (text: string): string => cut(withoutSecrets(text), longestSentence);
export const stackText = (text: string): string => cut(withoutSecrets(text), longestStack);

/** One line, whatever is in it: what would begin another, or move the cursor, is written as its number. */
export function oneLine(text: string): string {
  return text.replace(
    // eslint-disable-next-line no-control-regex
    /[\u0000-\u001f\u007f-\u009f\u2028\u2029\p{Surrogate}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function cut(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1).replace(/\p{Surrogate}$/u, '')}…` : text;
}
