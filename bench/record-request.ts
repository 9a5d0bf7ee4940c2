import type { TrainingRequest } from './training-request.js';

/** What a side is asked to train of the record recipe. */
export type RecordRequest = Pick<
  TrainingRequest,
  'device' | 'threads' | 'dataFolder' | 'batchSize' | 'epochs' | 'trainCount'
>;
