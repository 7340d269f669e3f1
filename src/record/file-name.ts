import type { RecordingFormat } from '../shared/pipeline-api.js';

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** `liveroto-2026-11-24-2305.webm`, in local time. */
export function fileNameFor(date: Date, format: RecordingFormat): string {
  const day = [String(date.getFullYear()), twoDigits(date.getMonth() + 1), twoDigits(date.getDate())].join('-');
  return `liveroto-${day}-${twoDigits(date.getHours())}${twoDigits(date.getMinutes())}.${format}`;
}

/** `clip.webm`, 2 → `clip-2.webm`; 1 leaves the name as it is. */
export function numberedName(fileName: string, number: number): string {
  if (number <= 1) return fileName;
  const dot = fileName.lastIndexOf('.');
  return `${fileName.slice(0, dot)}-${String(number)}${fileName.slice(dot)}`;
}
