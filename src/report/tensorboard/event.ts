import crc32c from 'crc-32/crc32c.js';
import { Writer } from 'protobufjs/minimal.js';
import type { TrialResult } from '../../results/result.js';
import { toPlainText } from '../../text/plain-text.js';

/** Added to each rotated checksum. Source: tensorflow/core/lib/hash/crc32c.h (kMaskDelta). */
const maskDelta = 0xa282ead8;

/**
 * Frames a message as event files hold it: length, checksum of the length, message, checksum of the message.
 * Source: tensorflow/core/lib/io/record_writer.cc.
 */
export function frameRecord(message: Uint8Array): Uint8Array {
  const record = Buffer.alloc(8 + 4 + message.length + 4);
  record.writeBigUInt64LE(BigInt(message.length), 0);
  record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
  record.set(message, 12);
  record.writeUInt32LE(maskedChecksum(message), 12 + message.length);
  return record;
}

/** CRC-32C, rotated right by 15 bits and moved: a record may hold records. Range: uint32. */
export function maskedChecksum(bytes: Uint8Array): number {
  const crc = crc32c.buf(bytes) >>> 0;
  return (((crc >>> 15) | (crc << 17)) + maskDelta) >>> 0;
}

/** A number at a step. */
export interface Scalar {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
  readonly wallSeconds: number;
}

/** What TensorBoard's hyperparameter page knows of one run. */
export interface HyperparameterRun {
  readonly hyperparameters: Readonly<Record<string, Hyperparameter>>;
  /** Runs of one group are shown as one, by their mean. */
  readonly group: string;
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly outcome: 'success' | 'failure';
}

/** Types of fields on the wire. */
const [double, lengthDelimited, float] = [1, 2, 5] as const;

/** SessionEndInfo.Status of the plug-in. */
const statuses = { success: 1, failure: 2 } as const;

/** DT_FLOAT in TensorFlow's types. */
const floatType = 1;

/**
 * Renders an event file. Source: tensorflow/core/util/event.proto, core/framework/summary.proto and
 * tensorboard/plugins/hparams/plugin_data.proto; the numbers below are their field numbers.
 */
export function renderEvents(run: HyperparameterRun, scalars: readonly Scalar[]): Uint8Array {
  const { startSeconds, endSeconds } = run;
  const version = event(startSeconds).uint32(tag(3)).string('brain.Event:2');
  const start = hparamsEvent('session_start_info', startSeconds, (data) =>
    message(data, 3, (info) => writeSessionStart(info, run)),
  );
  const end = hparamsEvent('session_end_info', endSeconds, (data) =>
    message(data, 4, (info) => {
      info.uint32(8).int32(statuses[run.outcome]);
      info.uint32(tag(2, double)).double(endSeconds);
    }),
  );
  const events = [version, start, ...scalars.map(scalarEvent), end];
  return Buffer.concat(events.map((writer) => frameRecord(writer.finish())));
}

function scalarEvent({ tag: name, step, value, wallSeconds }: Scalar): Writer {
  const writer = event(wallSeconds).uint32(16).int64(step);
  message(writer, 5, (summary) =>
    message(summary, 1, (entry) => {
      entry.uint32(tag(1)).string(name).uint32(tag(2, float)).float(value);
    }),
  );
  return writer;
}

/** The plug-in keeps its data in a summary's metadata; the value itself is an empty tensor. */
function hparamsEvent(name: string, seconds: number, write: (data: Writer) => void): Writer {
  const data = Writer.create();
  write(data);
  const writer = event(seconds);
  message(writer, 5, (summary) =>
    message(summary, 1, (entry) => {
      entry.uint32(tag(1)).string(`_hparams_/${name}`);
      message(entry, 9, (metadata) =>
        message(metadata, 1, (plugin) => {
          plugin.uint32(tag(1)).string('hparams').uint32(tag(2)).bytes(data.finish());
        }),
      );
      message(entry, 8, (tensor) => {
        tensor.uint32(8).int32(floatType);
        message(tensor, 2, (shape) => message(shape, 2, (size) => size.uint32(8).int64(0)));
      });
    }),
  );
  return writer;
}

function writeSessionStart(writer: Writer, run: HyperparameterRun): void {
  for (const [name, value] of Object.entries(run.hyperparameters)) {
    message(writer, 1, (entry) => {
      entry.uint32(tag(1)).string(name);
      message(entry, 2, (inner) => writeValue(inner, value));
    });
  }
  writer.uint32(tag(4)).string(run.group);
  writer.uint32(tag(5, double)).double(run.startSeconds);
}

/** A google.protobuf.Value. */
function writeValue(writer: Writer, value: Hyperparameter): void {
  if (typeof value === 'number') writer.uint32(tag(2, double)).double(value);
  else if (typeof value === 'string') writer.uint32(tag(3)).string(value);
  else writer.uint32(32).bool(value);
}

function event(wallSeconds: number): Writer {
  return Writer.create().uint32(tag(1, double)).double(wallSeconds);
}

function tag(field: number, type: number = lengthDelimited): number {
  return (field << 3) | type;
}

function message(writer: Writer, field: number, write: (inner: Writer) => void): void {
  const inner = writer.uint32(tag(field)).fork();
  write(inner);
  inner.ldelim();
}

export type Hyperparameter = string | number | boolean;

/**
 * Returns what a trial was configured with, flat: `training.optimizer.learningRate`. The seed is left out: it tells the
 * runs of one group apart, it is no choice.
 */
export function flattenHyperparameters(trial: TrialResult): Record<string, Hyperparameter> {
  const { experiment, summary } = trial;
  const { dataset, model, training, resampling } = experiment;
  const { name: _, ...modelOptions } = model;
  const flat: Record<string, Hyperparameter> = {
    experiment: toPlainText(experiment.name),
    preprocessing: toPlainText(summary.preprocessing),
    model: toPlainText(summary.model),
    resampling,
  };
  addFlat(flat, 'dataset', dataset);
  addFlat(flat, 'model', modelOptions);
  addFlat(flat, 'training', training);
  for (const { path, value } of trial.changes) addFlat(flat, path, value);
  return flat;
}

function addFlat(flat: Record<string, Hyperparameter>, path: string, value: unknown): void {
  if (typeof value === 'string') flat[toPlainText(path)] = toPlainText(value);
  else if (typeof value === 'number' || typeof value === 'boolean') flat[toPlainText(path)] = value;
  else if (Array.isArray(value)) flat[toPlainText(path)] = toPlainText(JSON.stringify(value));
  else if (value !== null && value !== undefined) {
    for (const [key, inner] of Object.entries(value)) addFlat(flat, `${path}.${key}`, inner);
  }
}
