import { parseEnvFile } from '../../../src/infrastructure/config/env-file.js';

describe('a file of settings', () => {
  it('takes values plain, quoted, exported, empty and over several lines', () => {
    const text = [
      '# a comment',
      'A=1',
      'export B = two words # why',
      "C='x # y'",
      'D=',
      'E="one',
      'two"',
      '',
      'F: yes',
      '',
    ].join('\r\n');
    expect(parseEnvFile(text)).toEqual({
      values: { A: '1', B: 'two words', C: 'x # y', D: '', E: 'one\ntwo', F: 'yes' },
      unreadable: [],
    });
  });

  it('gives the number of every line that is none', () => {
    expect(parseEnvFile('A=1\nnonsense\n\nB="x\ny"\n=3\n').unreadable).toEqual([2, 6]);
  });
});
