import type { MeasuredStage } from '../inspection/measure-pipeline.js';
import type { Check } from './check.js';

/** Two stages that mirror images the same way: one undoes what the other has drawn. */
export const flippedTwice: Check = {
  name: 'flipped-twice',
  severity: 'warning',
  examine({ stages, measured }) {
    if (!measured) return [];
    const flips = stages.flatMap(({ index, stage, summary }) => {
      const isFlip = stage.geometry !== undefined && stage.geometry.sampling === undefined;
      const way = isFlip ? renderFlip(measured.stages[index]) : undefined;
      return way === undefined ? [] : [{ index, summary, way }];
    });
    return flips.flatMap((flip, place) => {
      const before = flips.slice(0, place).find(({ way }) => way === flip.way);
      if (!before) return [];
      return [
        {
          text: `preprocessing[${flip.index}]: "${flip.summary}" mirrors what "${before.summary}" (preprocessing[${before.index}]) mirrors the same way, so it undoes half of its flips. One of them is enough; an alternating one becomes random beside a random one.`,
          numbers: {},
        },
      ];
    });
  },
};

/** Names the directions that a stage turns round; nothing where it leaves them. */
function renderFlip(measured: MeasuredStage | undefined): string | undefined {
  const turned = (measured?.maps ?? []).find(
    ({ rows: [[across], [, down]] }) => across < 0 || down < 0,
  );
  return turned && `${turned.rows[0][0]} ${turned.rows[1][1]}`;
}
