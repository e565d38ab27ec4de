import { describe, expect, it } from 'vitest';
import { strangers, topLevel } from './top-level.ts';

describe('the top level', () => {
  it('holds the five rooms and what tools demand, and nothing else', () => {
    expect(strangers(topLevel())).toEqual([]);
  });

  it('is seen as it is', () => {
    expect(topLevel()).toEqual(
      expect.arrayContaining(['gateway/', 'acquirer-sim/', 'scenarios/', 'test/', 'package.json']),
    );
  });

  it('takes no other folder and no source file', () => {
    expect(strangers(['gateway/', 'src/', 'README.md', 'utils.ts', 'docs/', 'test', '.github/'])).toEqual([
      'src/',
      'utils.ts',
      'docs/',
      'test',
      '.github/',
    ]);
  });
});
