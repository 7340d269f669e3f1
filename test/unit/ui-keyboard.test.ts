import { describe, expect, it } from 'vitest';
import { commandOf, type KeyPress } from '../../src/ui/keyboard.js';

const press = (key: string, part: Partial<KeyPress> = {}): KeyPress => ({
  key,
  shift: false,
  ctrl: false,
  alt: false,
  repeat: false,
  ...part,
});

describe('commandOf', () => {
  it('moves the reticle by arrows, further with Shift, and only on the stage', () => {
    expect(commandOf(press('ArrowLeft'), 'stage')).toEqual({ kind: 'move', dx: -1, dy: 0 });
    expect(commandOf(press('ArrowDown', { shift: true }), 'stage')).toEqual({ kind: 'move', dx: 0, dy: 8 });
    expect(commandOf(press('ArrowDown', { repeat: true }), 'stage')).toEqual({ kind: 'move', dx: 0, dy: 1 });
    expect(commandOf(press('ArrowLeft'), 'control')).toBeNull();
  });

  it.each([
    ['Enter', { kind: 'fire', intent: 'tap' }],
    ['+', { kind: 'fire', intent: 'more' }],
    ['-', { kind: 'fire', intent: 'less' }],
    ['b', { kind: 'box-mode' }],
    ['Escape', { kind: 'cancel' }],
  ])('leaves %s to other controls', (key, command) => {
    expect(commandOf(press(key), 'stage')).toEqual(command);
    expect(commandOf(press(key), 'control')).toBeNull();
  });

  it.each([
    ['[', { kind: 'candidate', step: -1 }],
    [']', { kind: 'candidate', step: 1 }],
    ['h', { kind: 'toggle-visible' }],
    ['Delete', { kind: 'remove' }],
    ['R', { kind: 'record' }],
    ['c', { kind: 'compare' }],
    ['f', { kind: 'full-screen' }],
    ['?', { kind: 'help' }],
  ])('takes %s everywhere but where something is typed', (key, command) => {
    expect(commandOf(press(key), 'stage')).toEqual(command);
    expect(commandOf(press(key), 'control')).toEqual(command);
    expect(commandOf(press(key), 'text')).toBeNull();
  });

  it('undoes and redoes, and leaves other Ctrl and Alt keys to the browser', () => {
    expect(commandOf(press('z', { ctrl: true }), 'control')).toEqual({ kind: 'undo' });
    expect(commandOf(press('Z', { ctrl: true, shift: true }), 'stage')).toEqual({ kind: 'redo' });
    expect(commandOf(press('r', { ctrl: true }), 'stage')).toBeNull();
    expect(commandOf(press('f', { alt: true }), 'stage')).toBeNull();
    expect(commandOf(press('z', { ctrl: true }), 'text')).toBeNull();
  });

  it('does not fire or delete again while a key is held', () => {
    for (const key of ['Enter', 'Delete', 'r']) expect(commandOf(press(key, { repeat: true }), 'stage')).toBeNull();
    expect(commandOf(press('z', { ctrl: true, repeat: true }), 'stage')).toEqual({ kind: 'undo' });
  });

  it('steps through objects by Tab on the stage only', () => {
    expect(commandOf(press('Tab'), 'stage')).toEqual({ kind: 'next-object', step: 1 });
    expect(commandOf(press('Tab', { shift: true }), 'stage')).toEqual({ kind: 'next-object', step: -1 });
    expect(commandOf(press('Tab'), 'control')).toBeNull();
  });
});
