import { describe, expect, test } from 'vitest';
import { compareAnswers } from '../../src/export/compare-answers.js';

const sample = { count: 2, probabilities: Float32Array.of(0.2, 0.8, 0.5, 0.5) };

describe('Answers of an export', () => {
  test('pass where all are the same', () => {
    expect(compareAnswers(sample, sample.probabilities)).toEqual({
      images: 2,
      sameClass: 2,
      largestDifference: 0,
      allowedDifference: 1e-5,
      passed: true,
    });
  });

  test('may have either of two classes that are equally likely', () => {
    const answers = Float32Array.of(0.2, 0.8, 0.499999, 0.500001);
    expect(compareAnswers(sample, answers)).toMatchObject({ sameClass: 2, passed: true });
  });

  test('fail with another class', () => {
    const answers = Float32Array.of(0.8, 0.2, 0.5, 0.5);
    expect(compareAnswers(sample, answers)).toMatchObject({ sameClass: 1, passed: false });
  });

  test('fail with the same class and other probabilities', () => {
    const answers = Float32Array.of(0.1, 0.9, 0.5, 0.5);
    const check = compareAnswers(sample, answers);
    expect(check).toMatchObject({ sameClass: 2, passed: false });
    expect(check.largestDifference).toBeCloseTo(0.1, 6);
  });

  test('fail where one is no number', () => {
    const answers = Float32Array.of(0.2, 0.8, Number.NaN, 0.5);
    expect(compareAnswers(sample, answers).passed).toBe(false);
  });
});
