import { toPlainText } from '../report/plain-text.js';
import { renderRecipe } from './explain-recipe.js';
import type { Explanation } from './explanation.js';
import { renderAdvice } from './render-advice.js';
import { renderModel } from './render-model.js';
import { renderStage } from './render-stage.js';
import { renderTime } from './render-time.js';

/** Renders an explanation for a terminal. */
export function renderExplanation(explanation: Explanation): string {
  const { file, name, stages, model, recipe, time, advice } = explanation;
  const blocks = [
    `${toPlainText(file)}: ${name}\n`,
    stages.length > 0
      ? `Stages, on images of values 0 to 255\n${stages.map(renderStage).join('')}`
      : 'No stages: values 0 to 255 go into the network as they are.\n',
    ...(model ? [renderModel(model)] : []),
    ...(recipe ? [renderRecipe(recipe)] : []),
    ...(time ? [renderTime(time)] : []),
    ...(model ? [] : ['Without measuring: no model, no times, and only the checks of options.\n']),
    renderAdvice(advice),
  ];
  return blocks.join('\n');
}

/** Renders explanations for scripts. What is not finite becomes null. */
export function renderExplanationsJson(explanations: readonly Explanation[]): string {
  return `${JSON.stringify({ version: 1, experiments: explanations }, null, 2)}\n`;
}
