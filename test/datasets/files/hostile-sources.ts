import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { encode } from 'fast-png';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { toPngChunks } from './png-chunks.js';
import { toNpy, zipStored } from './write-formats.js';

type Bytes = Uint8Array | string;

/** Files by their names; `dataset` has what else an experiment says. */
export interface HostileSource {
  readonly format: string;
  /** What is wrong, no two alike within a format. */
  readonly kind: string;
  readonly files: Readonly<Record<string, Bytes>>;
  readonly dataset?: object;
}

/** What is wrong, and the file that has it in the place of the sound one; nothing: it is missing. */
type Wrong = readonly [kind: string, bytes: Bytes | undefined];

function replace(
  format: string,
  sound: Readonly<Record<string, Bytes>>,
  cases: Readonly<Record<string, readonly Wrong[]>>,
): HostileSource[] {
  return Object.entries(cases).flatMap(([name, wrongs]) =>
    wrongs.map(([kind, bytes]) => {
      const { [name]: _, ...others } = sound;
      const files = bytes === undefined ? others : { ...others, [name]: bytes };
      return { format, kind: `${name}: ${kind}`, files };
    }),
  );
}

/** Returns bytes with some of them written over. */
function patch(bytes: Uint8Array, at: number, ...values: readonly number[]): Buffer {
  const copy = Buffer.from(bytes);
  copy.set(values, at < 0 ? copy.length + at : at);
  return copy;
}

function cuts(bytes: Uint8Array, places: Readonly<Record<string, number>>): Wrong[] {
  return Object.entries(places).map(([kind, at]) => [
    `ends ${kind}`,
    bytes.subarray(0, at < 0 ? bytes.length + at : at),
  ]);
}

const junk: readonly Wrong[] = [
  ['is empty', ''],
  ['is text', 'This is something else.\n'],
  ['is a page of a server', '<!doctype html><title>404 Not Found</title>'],
  ['is zeros', new Uint8Array(4096)],
  ['is a program', Buffer.from('\x7fELF\x02\x01\x01'.padEnd(256, '\0'), 'latin1')],
];

const size = 8;
const pixels = new Uint8Array(size * size * 3).map((_, index) => (index * 37) % 256);

function toPng(side = size, channels = 3, depth: 8 | 16 = 8): Buffer {
  const length = side * side * channels;
  const data = depth === 8 ? new Uint8Array(length) : new Uint16Array(length);
  return Buffer.from(encode({ width: side, height: side, channels, depth, data }));
}

const png = toPng();

/** Rows of 8 x 8 RGB pixels with their filters. */
const rows = Buffer.alloc(size * (1 + size * 3));

function header(fields: Partial<Record<'width' | 'height', number>> & { rest?: number[] } = {}) {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(fields.width ?? size, 0);
  bytes.writeUInt32BE(fields.height ?? size, 4);
  bytes.set(fields.rest ?? [8, 2, 0, 0, 0], 8);
  return ['IHDR', bytes] as const;
}

const packed = ['IDAT', deflateSync(rows)] as const;
const end = ['IEND', new Uint8Array()] as const;
const withHeader = (fields: Parameters<typeof header>[0]) =>
  toPngChunks(header(fields), packed, end);
const withRows = (bytes: Uint8Array) => toPngChunks(header(), ['IDAT', bytes], end);

/** A JPEG of markers that a decoder must not believe. */
const jpegHead = Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex');
const jpegFrame = (hex: string) => Buffer.concat([jpegHead, Buffer.from(hex, 'hex')]);
const webp = (hex: string) => Buffer.from(`52494646${hex}`, 'hex');

const wrongImages: readonly Wrong[] = [
  ...junk,
  ...cuts(png, {
    'in its signature': 4,
    'before its header': 8,
    'in its header': 20,
    'before its pixels': 33,
    'in the name of a chunk': 39,
    'in its pixels': 45,
    'before its checksum': -18,
  }),
  ['PNG with another signature', patch(png, 0, 0x88)],
  ['PNG with line ends turned', patch(png, 4, 10, 10)],
  ['PNG with a wrong checksum of the header', patch(png, 29, 1, 2, 3, 4)],
  ['PNG with a wrong checksum of the pixels', patch(png, -16, 1, 2, 3, 4)],
  ['PNG whose first chunk is of pixels', toPngChunks(packed, header(), end)],
  ['PNG without pixels', toPngChunks(header(), end)],
  ['PNG of no width', withHeader({ width: 0 })],
  ['PNG of no height', withHeader({ height: 0 })],
  ['PNG of a negative width', withHeader({ width: 0xffff_ffff })],
  ['PNG of 100,000 x 100,000', withHeader({ width: 100_000, height: 100_000 })],
  ['PNG of 8 x 100,000,000', withHeader({ height: 100_000_000 })],
  ['PNG with more width than pixels', withHeader({ width: 64 })],
  ['PNG with more height than pixels', withHeader({ height: 64 })],
  ['PNG of 3 bits', withHeader({ rest: [3, 2, 0, 0, 0] })],
  ['PNG of an unknown kind of colour', withHeader({ rest: [8, 5, 0, 0, 0] })],
  ['PNG of another compression', withHeader({ rest: [8, 2, 1, 0, 0] })],
  ['PNG of another kind of filter', withHeader({ rest: [8, 2, 0, 9, 0] })],
  ['PNG of another interlacing', withHeader({ rest: [8, 2, 0, 0, 7] })],
  ['PNG with a palette that is missing', withHeader({ rest: [8, 3, 0, 0, 0] })],
  ['PNG of 16 bits', toPng(size, 3, 16)],
  ['PNG with transparency', toPng(size, 4)],
  ['PNG in grey with transparency', toPng(size, 2)],
  ['PNG too small', toPng(4)],
  ['PNG too large', toPng(600)],
  ['PNG of another size', toPng(16)],
  ['PNG in grey beside colour', toPng(size, 1)],
  ['PNG whose pixels are not packed', withRows(rows)],
  ['PNG with half of the rows', withRows(deflateSync(rows.subarray(0, 100)))],
  ['PNG with pixels of no bytes', withRows(deflateSync(new Uint8Array()))],
  ['PNG with an unknown filter of a row', withRows(deflateSync(patch(rows, 0, 9)))],
  ['PNG whose packed pixels end early', withRows(deflateSync(pixels).subarray(0, 30))],
  [
    'PNG with a transparent colour',
    toPngChunks(header(), ['tRNS', new Uint8Array(6)], packed, end),
  ],
  ['JPEG that ends after its first marker', jpegHead.subarray(0, 2)],
  ['JPEG that ends after its head', jpegHead],
  ['JPEG without a frame', jpegFrame('ffd9')],
  ['JPEG with a length beyond its end', jpegFrame('ffdbffff00')],
  ['JPEG with a length of 0', jpegFrame('ffdb000000')],
  ['JPEG of 65,500 x 65,500', jpegFrame('ffc0001108ffdcffdc03011100021101031101ffd9')],
  ['JPEG of no height', jpegFrame('ffc0001108000000080301110002110103110100')],
  ['JPEG of 12 bits', jpegFrame('ffc000110c000800080301110002110103110100ffd9')],
  ['JPEG of 9 channels', jpegFrame('ffc00023080008000809ffd9')],
  ['JPEG without a loss', jpegFrame('ffc3001108000800080301110002110103110100ffd9')],
  ['WebP that ends after its length', webp('10000000')],
  ['WebP of another kind', webp('100000005741564566')],
  ['WebP without pixels', webp('0400000057454250')],
  ['WebP whose chunk is longer than it', webp('0c0000005745425056503820ffffff7f')],
  ['WebP of 16,384 x 16,384', webp('1a000000574542505650384c0d0000002fffffff0f0000000000000000')],
  [
    'GIF',
    Buffer.from('47494638396101000100800000000000ffffff2c00000000010001000002024401003b', 'hex'),
  ],
  ['BMP', Buffer.from(`424d${'00'.repeat(8)}3600000028000000${'00'.repeat(36)}`, 'hex')],
  [
    'SVG',
    '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><image href="/etc/passwd"/></svg>',
  ],
  [
    'SVG that repeats itself',
    '<!DOCTYPE svg [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg>&b;</svg>',
  ],
  ['TIFF', Buffer.from('49492a000800000000000000', 'hex')],
  ['PDF', '%PDF-1.7\n%%EOF\n'],
  ['zip', zipStored([['1.png', png]])],
  ['gzip', gzipSync(png)],
];

const images = { 'cat/1.png': png, 'cat/2.png': png, 'dog/1.png': png, 'dog/2.png': png };

const folders: readonly HostileSource[] = [
  ...replace('folder', images, { 'cat/2.png': wrongImages }),
  ...(
    [
      ['nothing that is an image', { 'notes.txt': 'none', 'cat/1.gif': 'none' }],
      ['one class', { 'cat/1.png': png, 'cat/2.png': png }],
      ['images in no class', { '1.png': png, '2.png': png }],
      ['an image beside the classes', { ...images, '1.png': png }],
      ['one image a class', { 'cat/1.png': png, 'dog/1.png': png }],
      [
        'a class that is never trained on',
        { 'train/a/1.png': png, 'train/b/1.png': png, 'test/a/1.png': png, 'test/c/1.png': png },
      ],
      ['a class that is only tested', { 'train/a/1.png': png, 'test/b/1.png': png }],
      ['a part without classes', { 'train/1.png': png, 'test/1.png': png }],
      ['folders beyond all depth', { ...images, [`${'a/'.repeat(40)}1.png`]: png }],
    ] as const
  ).map(([kind, files]) => ({ format: 'folder', kind, files })),
  {
    format: 'folder',
    kind: 'a crop larger than the image',
    files: images,
    dataset: { centerCrop: 16 },
  },
  {
    format: 'folder',
    kind: 'sizes brought below the least',
    files: images,
    dataset: { resize: 4 },
  },
  {
    format: 'folder',
    kind: 'sizes brought beyond the most',
    files: images,
    dataset: { resize: 600 },
  },
];

const table = (...lines: readonly string[]) => `${['path,label', ...lines].join('\n')}\n`;
const soundLines = ['cat/1.png,cat', 'cat/2.png,cat', 'dog/1.png,dog', 'dog/2.png,dog'];
const withLine = (...lines: readonly string[]) => table(...soundLines, ...lines);

const tables = replace(
  'csv',
  { ...images, 'all.csv': table(...soundLines) },
  {
    'all.csv': [
      ...junk,
      ['is missing', undefined],
      ['no rows', table()],
      ['no head', soundLines.join('\n')],
      ['other columns', `a,b\n${soundLines.join('\n')}`],
      ['no column of labels', 'path\ncat/1.png\n'],
      ['UTF-16', Buffer.from(withLine(), 'utf16le')],
      ['a quote that is never closed', withLine('"cat/1.png,cat')],
      ['a quote within a cell', withLine('"cat"/1.png,cat')],
      ['a row that is too short', withLine('cat/1.png')],
      ['a row without a path', withLine(',cat')],
      ['a row without a label', withLine('cat/1.png,')],
      ['a label of blanks', withLine('cat/1.png,  ')],
      ['a path that leads out', withLine('../../../../../../etc/passwd,cat')],
      ['a path from the root on', withLine('/etc/passwd,cat')],
      ['a path to a device', withLine('/dev/zero,cat')],
      ['a path of another system', withLine('C:\\images\\1.png,cat')],
      ['an address', withLine('https://example.com/1.png,cat')],
      ['a path to a folder', withLine('cat,cat')],
      ['a path to a table', withLine('all.csv,cat')],
      ['a path to nothing', withLine('cat/9.png,cat')],
      ['a path with a zero byte', withLine('cat/1\0.png,cat')],
      ['a path beyond all length', withLine(`${'a'.repeat(5000)}.png,cat`)],
      ['a part that is none', 'path,label,split\ncat/1.png,cat,perhaps\n'],
      ['a part that is missing', 'path,label,split\ncat/1.png,cat,train\ndog/1.png,dog,\n'],
      ['no training rows', 'path,label,split\ncat/1.png,cat,test\ndog/1.png,dog,test\n'],
      ['one class', table('cat/1.png,cat', 'cat/2.png,cat')],
      ['a negative label', table('cat/1.png,0', 'cat/2.png,0', 'dog/1.png,1', 'dog/2.png,-1')],
      [
        'a label between numbers',
        table('cat/1.png,0', 'cat/2.png,0', 'dog/1.png,1', 'dog/2.png,0.5'),
      ],
      [
        'a label beyond all classes',
        table('cat/1.png,0', 'cat/2.png,0', 'dog/1.png,1', 'dog/2.png,70000'),
      ],
      [
        'more classes than can be',
        table(...Array.from({ length: 1001 }, (_, label) => `cat/1.png,${label}`)),
      ],
    ],
    'test.csv': [['a test part without training', table('cat/1.png,cat')]],
  },
);

interface Columns {
  readonly image?: unknown[];
  readonly label?: unknown[];
  readonly types?: readonly [image: string, label: string];
  readonly names?: readonly [image: string, label: string];
  readonly codec?: string;
}

function toParquet({ image, label, types, names, codec }: Columns = {}): Buffer {
  const [imageName, labelName] = names ?? ['image', 'label'];
  const [imageType, labelType] = types ?? ['BYTE_ARRAY', 'INT64'];
  const columnData = [
    { name: imageName, data: image ?? [png, png, png, png], type: imageType },
    { name: labelName, data: label ?? [0n, 0n, 1n, 1n], type: labelType },
  ];
  const options = { columnData, ...(codec && { codec }) } as Parameters<
    typeof parquetWriteBuffer
  >[0];
  return Buffer.from(parquetWriteBuffer(options));
}

const parquet = toParquet();
const footerAt = parquet.length - 8 - parquet.readUInt32LE(parquet.length - 8);

const parquets = replace(
  'parquet',
  { 'all.parquet': parquet },
  {
    'all.parquet': [
      ...junk,
      ['is missing', undefined],
      ...cuts(parquet, {
        'after its magic': 4,
        'in a page': 60,
        'before its footer': footerAt,
        'in its footer': footerAt + 20,
        'before the length of its footer': -8,
        'before its last magic': -4,
      }),
      ['another last magic', patch(parquet, -4, 80, 65, 82, 69)],
      ['a footer of no length', patch(parquet, -8, 0, 0, 0, 0)],
      ['a footer longer than the file', patch(parquet, -8, 255, 255, 255, 127)],
      [
        'a footer of junk',
        Buffer.concat([
          parquet.subarray(0, footerAt),
          Buffer.alloc(parquet.length - footerAt - 8, 0x77),
          parquet.subarray(-8),
        ]),
      ],
      ['a page header of junk', patch(parquet, 4, 255, 255, 255, 255, 255, 255)],
      ['encryption', patch(parquet, -4, 80, 65, 82, 69)],
      ['other columns', toParquet({ names: ['a', 'b'] })],
      ['no column of labels', toParquet({ names: ['image', 'b'] })],
      ['no column of images', toParquet({ names: ['a', 'label'] })],
      ['no rows', toParquet({ image: [], label: [] })],
      ['images that are numbers', toParquet({ image: [1, 2, 3, 4], types: ['INT32', 'INT64'] })],
      [
        'images that are paths',
        toParquet({ image: ['a.png', 'b.png', 'c.png', 'd.png'], types: ['STRING', 'INT64'] }),
      ],
      ['an image of no bytes', toParquet({ image: [png, new Uint8Array(), png, png] })],
      ['an image that ends early', toParquet({ image: [png, png.subarray(0, 50), png, png] })],
      ['an image of another size', toParquet({ image: [png, png, png, toPng(16)] })],
      ['no image in a row', toParquet({ image: [png, null, png, png] })],
      ['no label in a row', toParquet({ label: [0n, null, 1n, 1n] })],
      ['a negative label', toParquet({ label: [0n, -1n, 1n, 1n] })],
      ['a label beyond all classes', toParquet({ label: [0n, 0n, 1n, 2n ** 40n] })],
      [
        'labels between numbers',
        toParquet({ label: [0, 0.5, 1, 1], types: ['BYTE_ARRAY', 'DOUBLE'] }),
      ],
      [
        'labels that are no numbers',
        toParquet({ label: [0, Number.NaN, 1, 1], types: ['BYTE_ARRAY', 'DOUBLE'] }),
      ],
      ['one class', toParquet({ label: [0n, 0n, 0n, 0n] })],
      ['a class that has no image', toParquet({ label: [0n, 0n, 2n, 2n] })],
    ],
    'test.parquet': [['a test part beside a table of no part', parquet]],
  },
);

interface TarEntry {
  readonly name: string;
  readonly content?: Bytes;
  readonly type?: string;
  readonly link?: string;
  /** As it is written: 11 octal digits. */
  readonly size?: string;
  readonly checksum?: string;
}

function tarEntry({ name, content = '', type = '0', link = '', size, checksum }: TarEntry): Buffer {
  const body = Buffer.from(content as Uint8Array);
  const head = Buffer.alloc(512);
  head.write(name, 0, 100);
  head.write('0000644\x000000000\x000000000\0', 100);
  head.write(size ?? `${body.length.toString(8).padStart(11, '0')}\0`, 124, 12, 'latin1');
  head.write('00000000000\0', 136);
  head.write('        ', 148);
  head.write(type, 156);
  head.write(link, 157, 100);
  head.write('ustar\x0000', 257);
  const sum = head.reduce((all, byte) => all + byte, 0);
  head.write(checksum ?? `${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([head, body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

const tarEnd = Buffer.alloc(1024);
const soundEntries = [0, 0, 1, 1].flatMap((label, index): TarEntry[] => [
  { name: `${index}.png`, content: png },
  { name: `${index}.cls`, content: String(label) },
]);
const toTar = (...entries: readonly TarEntry[]) =>
  Buffer.concat([...entries.map(tarEntry), tarEnd]);
const withEntry = (...entries: readonly TarEntry[]) => toTar(...soundEntries, ...entries);
const withSample = (label: Bytes, ending = 'cls') =>
  withEntry({ name: '9.png', content: png }, { name: `9.${ending}`, content: label });
const tar = toTar(...soundEntries);

const archives = [
  ...replace(
    'webdataset',
    { 'all.tar': tar },
    {
      'all.tar': [
        ...junk,
        ['is missing', undefined],
        ...cuts(tar, {
          'in its first head': 300,
          'after its first head': 512,
          'in its first image': 560,
          'between two files': 1024,
          'in its last label': -1100,
          'before its end': -1024,
        }),
        ['a head with a wrong checksum', withEntry({ name: '9.png', checksum: '000001\0 ' })],
        ['a size that is no number', withEntry({ name: '9.png', size: 'zzzzzzzzzzz\0' })],
        ['a size of 8 GB', withEntry({ name: '9.png', size: '77777777777\0' })],
        [
          'a size of more than all disks',
          withEntry({ name: '9.png', size: '\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff' }),
        ],
        ['a negative size', withEntry({ name: '9.png', size: '\xff'.repeat(12) })],
        [
          'a size beyond its end',
          withEntry({ name: '9.png', content: png, size: '00000100000\0' }),
        ],
        ['a name that leads out', withEntry({ name: '../9.png', content: png })],
        ['a name that leads out in its middle', withEntry({ name: 'a/../../9.png', content: png })],
        ['a name from the root on', withEntry({ name: '/9.png', content: png })],
        ['a link', withEntry({ name: '9.png', type: '2', link: '/etc/passwd' })],
        ['a hard link', withEntry({ name: '9.png', type: '1', link: '/etc/passwd' })],
        ['a device', withEntry({ name: '9.png', type: '3' })],
        ['a pipe', withEntry({ name: '9.png', type: '6' })],
        ['an image without a label', withEntry({ name: '9.png', content: png })],
        ['a label without an image', withEntry({ name: '9.cls', content: '0' })],
        ['image and label apart', toTar(...soundEntries.slice(1), soundEntries[0] as TarEntry)],
        ['a label of no bytes', withSample('')],
        ['a negative label', withSample('-1')],
        ['a label between numbers', withSample('0.5')],
        ['a label beyond all classes', withSample('70000')],
        ['labels that are no JSON', withSample('{"label":', 'json')],
        ['JSON without a label', withSample('{"width": 8}', 'json')],
        ['JSON that is nothing', withSample('null', 'json')],
        ['a label in JSON that is a list', withSample('{"label": [1, 2]}', 'json')],
        ['one class', toTar(...soundEntries.slice(0, 4))],
        [
          'an image that ends early',
          withEntry(
            { name: '9.png', content: png.subarray(0, 50) },
            { name: '9.cls', content: '0' },
          ),
        ],
        [
          'an image of another size',
          withEntry({ name: '9.png', content: toPng(16) }, { name: '9.cls', content: '0' }),
        ],
        ['no samples', toTar()],
      ],
    },
  ),
  ...replace(
    'webdataset',
    { 'all.tar.gz': gzipSync(tar) },
    {
      'all.tar.gz': [
        ['ends in its head', gzipSync(tar).subarray(0, 6)],
        ['ends in its middle', gzipSync(tar).subarray(0, 200)],
        ['a wrong checksum', patch(gzipSync(tar), -8, 1, 2, 3, 4)],
        ['packed junk', gzipSync(Buffer.alloc(5000, 'junk'))],
      ],
    },
  ),
];

const npy = (bytes: Uint8Array, shape: string, type = '|u1') =>
  Buffer.from(
    toNpy(bytes, shape).toString('latin1').replace("'|u1'", `'${type}'`.padEnd(5)),
    'latin1',
  );
const fourImages = new Uint8Array(4 * pixels.length);
const x = toNpy(fourImages, '4, 8, 8, 3');
const y = toNpy(Uint8Array.from([0, 0, 1, 1]), '4,');
const withX = (bytes: Uint8Array) =>
  zipStored([
    ['x.npy', bytes],
    ['y.npy', y],
  ]);
const withY = (bytes: Uint8Array) =>
  zipStored([
    ['x.npy', x],
    ['y.npy', bytes],
  ]);
const labelled = (...labels: readonly number[]) =>
  withY(toNpy(Uint8Array.from(labels), `${labels.length},`));
const npz = withX(x);
const localBytes = 30 + 'x.npy'.length;
const centralAt = npz.indexOf('PK\x01\x02', 0, 'latin1');
const endAt = npz.lastIndexOf('PK\x05\x06', undefined, 'latin1');

/** What is packed says that it is longer, or shorter, than it is. */
function lying(method: number, content: Uint8Array, claimed: number): Buffer {
  const zip = zipStored([
    ['x.npy', content],
    ['y.npy', y],
  ]);
  const central = zip.indexOf('PK\x01\x02', 0, 'latin1');
  zip.writeUInt16LE(method, central + 10);
  zip.writeUInt32LE(claimed, central + 24);
  return zip;
}

const arrays = replace(
  'npz',
  { 'all.npz': npz },
  {
    'all.npz': [
      ...junk,
      ['is missing', undefined],
      ...cuts(npz, {
        'in its first head': 20,
        'in its first array': 400,
        'in its list of files': centralAt + 20,
        'before its end': endAt,
        'in its end': endAt + 10,
      }),
      ['no files', zipStored([])],
      ['other arrays', zipStored([['a.npy', x]])],
      ['no labels', zipStored([['x.npy', x]])],
      ['no images', zipStored([['y.npy', y]])],
      ['an array of no bytes', withX(new Uint8Array())],
      ['an array that is text', withX(Buffer.from('x'.repeat(300)))],
      ['an array that ends in its head', withX(x.subarray(0, 40))],
      ['an array that ends in its numbers', withX(x.subarray(0, 500))],
      ['an array that goes on', withX(Buffer.concat([x, y]))],
      ['a head longer than the array', withX(patch(x, 8, 255, 255))],
      [
        'a head without a type',
        withX(Buffer.from(x.toString('latin1').replace('descr', 'other'), 'latin1')),
      ],
      [
        'a head without a shape',
        withX(Buffer.from(x.toString('latin1').replace('shape', 'other'), 'latin1')),
      ],
      ['a shape of text', withX(npy(fourImages, 'a, b, c, 3'))],
      ['a shape of millions', withX(npy(fourImages, '4000000, 512, 512, 3'))],
      ['a shape beyond all numbers', withX(npy(fourImages, `${'9'.repeat(30)}, 8, 8, 3`))],
      ['a negative shape', withX(npy(fourImages, '-4, -8, 8, 3'))],
      ['images of one dimension', withX(npy(fourImages, '768,'))],
      ['images of five dimensions', withX(npy(fourImages, '4, 1, 8, 8, 3'))],
      ['images of two channels', withX(npy(new Uint8Array(512), '4, 8, 8, 2'))],
      ['images with channels first', withX(npy(fourImages, '4, 3, 8, 8'))],
      ['images of 4 x 4', withX(npy(new Uint8Array(192), '4, 4, 4, 3'))],
      [
        'images in Fortran order',
        withX(Buffer.from(x.toString('latin1').replace('False', 'True '), 'latin1')),
      ],
      ['images of float32', withX(npy(new Uint8Array(4 * 768), '4, 8, 8, 3', '<f4'))],
      ['images of int64', withX(npy(new Uint8Array(8 * 768), '4, 8, 8, 3', '<i8'))],
      ['images of truths', withX(npy(fourImages, '4, 8, 8, 3', '|b1'))],
      ['images that are objects', withX(npy(fourImages, '4, 8, 8, 3', '|O'))],
      ['no images in the array', withX(npy(new Uint8Array(), '0, 8, 8, 3'))],
      ['labels of float32', withY(npy(new Uint8Array(16), '4,', '<f4'))],
      ['labels that are text', withY(npy(new Uint8Array(16), '4,', '<U1'))],
      ['labels from the high byte on', withY(npy(new Uint8Array(16), '4,', '>i4'))],
      ['labels that are shares of classes', withY(toNpy(new Uint8Array(8), '4, 2'))],
      ['fewer labels than images', labelled(0, 1)],
      ['more labels than images', labelled(0, 0, 1, 1, 1)],
      ['one class', labelled(0, 0, 0, 0)],
      ['negative labels', withY(npy(Uint8Array.from([0, 0, 255, 255]), '4,', '|i1'))],
      [
        'a label beyond all classes',
        withY(npy(Uint8Array.from([0, 0, 0, 0, 1, 0, 255, 255]), '4,', '<u2')),
      ],
      ['a class that has no image', labelled(0, 0, 2, 2)],
      ['a bomb', lying(8, deflateRawSync(new Uint8Array(50_000_000)), 50_000_000)],
      ['more bytes than it says', lying(8, deflateRawSync(x), 300)],
      ['fewer bytes than it says', lying(8, deflateRawSync(x), 4_000_000_000)],
      ['an unknown packing', lying(99, x, x.length)],
      ['a password', patch(npz, centralAt + 8, 1)],
      ['a list of more files than there are', patch(npz, endAt + 8, 9, 0, 9, 0)],
      ['a list that begins beyond its end', patch(npz, endAt + 16, 255, 255, 255, 127)],
      ['a file that begins beyond its end', patch(npz, centralAt + 42, 255, 255, 255, 127)],
      [
        'a name that leads out',
        zipStored([
          ['../x.npy', x],
          ['y.npy', y],
        ]),
      ],
      ['a wrong local head', patch(npz, localBytes - localBytes, 0, 0, 0, 0)],
    ],
    'two.npz': [['two of them', npz]],
  },
);

function toIdx(shape: readonly number[], bytes: Uint8Array, type = 8): Buffer {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.set([0, 0, type, shape.length]);
  for (const [place, length] of shape.entries()) head.writeUInt32BE(length, 4 + 4 * place);
  return Buffer.concat([head, bytes]);
}

const greyImages = new Uint8Array(4 * size * size);
const idxImages = toIdx([4, size, size], greyImages);
const idxLabels = toIdx([4], Uint8Array.from([0, 0, 1, 1]));
const idxNames = { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' };
const soundIdx = { [idxNames.images]: idxImages, [idxNames.labels]: idxLabels };
const idxOf = (...labels: readonly number[]) => toIdx([labels.length], Uint8Array.from(labels));

const idxFiles = [
  ...replace('idx', soundIdx, {
    [idxNames.images]: [
      ...junk,
      ['is missing', undefined],
      ...cuts(idxImages, {
        'in its magic': 3,
        'in its sizes': 10,
        'before its pixels': 16,
        'in its pixels': -1,
      }),
      ['another magic', patch(idxImages, 0, 1)],
      ['no dimension', patch(idxImages, 3, 0)],
      ['one dimension', toIdx([256], greyImages)],
      ['two dimensions', toIdx([4, 64], greyImages)],
      ['five dimensions', toIdx([4, 1, 8, 8, 1], greyImages)],
      ['200 dimensions', patch(idxImages, 3, 200)],
      ['signed bytes', toIdx([4, size, size], greyImages, 9)],
      ['whole numbers of two bytes', toIdx([4, size, size], new Uint8Array(512), 11)],
      ['numbers of four bytes', toIdx([4, size, size], new Uint8Array(1024), 13)],
      ['a size of 4 billion', patch(idxImages, 4, 255, 255, 255, 255)],
      ['sizes beyond all numbers', patch(idxImages, 4, ...new Array<number>(12).fill(255))],
      ['more bytes than it says', Buffer.concat([idxImages, greyImages])],
      ['no images', toIdx([0, size, size], new Uint8Array())],
      ['images of no height', toIdx([4, 0, size], new Uint8Array())],
      ['images of 4 x 4', toIdx([4, 4, 4], new Uint8Array(64))],
      ['images of two channels', toIdx([4, size, size, 2], new Uint8Array(512))],
      ['packed without saying so', gzipSync(idxImages)],
    ],
    [idxNames.labels]: [
      ['is missing', undefined],
      ['is empty', ''],
      ['ends in its labels', idxLabels.subarray(0, -1)],
      ['fewer than images', idxOf(0, 1)],
      ['more than images', idxOf(0, 0, 1, 1, 1)],
      ['of two dimensions', toIdx([4, 1], Uint8Array.from([0, 0, 1, 1]))],
      ['of four bytes', toIdx([4], new Uint8Array(16), 12)],
      ['one class', idxOf(0, 0, 0, 0)],
      ['a class that has no image', idxOf(0, 0, 2, 2)],
    ],
    't10k-labels-idx1-ubyte': [['labels of a test part alone', idxLabels]],
    'train-images-idx3-ubyte.gz': [['the same packed beside it', gzipSync(idxImages)]],
  }),
  ...replace(
    'idx',
    { [`${idxNames.images}.gz`]: '', [idxNames.labels]: idxLabels },
    {
      [`${idxNames.images}.gz`]: [
        ['is empty', ''],
        ['is not packed', idxImages],
        ['ends in its middle', gzipSync(idxImages).subarray(0, 20)],
        ['ends before its checksum', gzipSync(idxImages).subarray(0, -8)],
        ['a wrong checksum', patch(gzipSync(idxImages), -8, 1, 2, 3, 4)],
        ['a wrong length', patch(gzipSync(idxImages), -4, 1, 2, 3, 4)],
        ['another packing', patch(gzipSync(idxImages), 2, 7)],
        ['packed text', gzipSync('This is something else.')],
        ['a bomb', gzipSync(new Uint8Array(50_000_000))],
      ],
    },
  ),
];

const record = (label: number, fine?: number) =>
  Buffer.concat([
    Uint8Array.from(fine === undefined ? [label] : [label, fine]),
    new Uint8Array(3072),
  ]);
const records = (...labels: readonly number[]) =>
  Buffer.concat(labels.map((label) => record(label)));
const binaries = replace(
  'cifar-binary',
  { 'data_batch_1.bin': records(0, 1), 'test_batch.bin': records(0, 1) },
  {
    'data_batch_1.bin': [
      ['is missing', undefined],
      ['is empty', ''],
      ['is text', 'This is something else.\n'],
      ['is one byte', '\0'],
      ['ends in a label', records(0, 1).subarray(0, 3073 + 1)],
      ['ends in its pixels', records(0, 1).subarray(0, 5000)],
      ['ends one byte early', records(0, 1).subarray(0, -1)],
      ['goes on one byte', Buffer.concat([records(0, 1), new Uint8Array(1)])],
      ['pixels without labels', new Uint8Array(3 * 3072)],
      ['records of CIFAR-100', Buffer.concat([record(0, 0), record(1, 1)])],
      ['is packed', gzipSync(records(0, 1))],
      ['one class, and another in the test', records(0, 0)],
      ['a class that has no image', records(0, 2)],
    ],
    'batches.meta.txt': [
      ['fewer names than labels', 'cat\n'],
      ['more names than labels', 'cat\ndog\nship\n'],
      ['the same name for all', 'cat\n'.repeat(1001)],
    ],
    'other.bin': [['a file that belongs to no part', records(0, 1)]],
  },
);

/** Files that are damaged, of another kind, or made to do harm. */
export const hostileSources: readonly HostileSource[] = [
  ...folders,
  ...tables,
  ...parquets,
  ...archives,
  ...arrays,
  ...idxFiles,
  ...binaries,
];
