import { Writer } from 'protobufjs/minimal.js';
import type { Hyperparameter } from './hyperparameters.js';
import { frameRecord } from './record.js';

/** A number at a step. */
export interface Scalar {
  readonly tag: string;
  readonly step: number;
  readonly value: number;
  readonly wallSeconds: number;
}

/** What TensorBoard's hyperparameter page knows of one run. */
export interface Session {
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
export function renderEvents(session: Session, scalars: readonly Scalar[]): Uint8Array {
  const { startSeconds, endSeconds } = session;
  const version = event(startSeconds).uint32(tag(3)).string('brain.Event:2');
  const start = hparamsEvent('session_start_info', startSeconds, (data) =>
    message(data, 3, (info) => writeSessionStart(info, session)),
  );
  const end = hparamsEvent('session_end_info', endSeconds, (data) =>
    message(data, 4, (info) => {
      info.uint32(8).int32(statuses[session.outcome]);
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

function writeSessionStart(writer: Writer, session: Session): void {
  for (const [name, value] of Object.entries(session.hyperparameters)) {
    message(writer, 1, (entry) => {
      entry.uint32(tag(1)).string(name);
      message(entry, 2, (inner) => writeValue(inner, value));
    });
  }
  writer.uint32(tag(4)).string(session.group);
  writer.uint32(tag(5, double)).double(session.startSeconds);
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
