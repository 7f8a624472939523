// What the composer uses of ProseMirror. `make vendor` makes one file of it: static/vendor/prosemirror.js.
export { DOMSerializer, Fragment, Node, Schema, Slice } from "prosemirror-model";
export { NodeSelection, EditorState, Plugin, PluginKey, Selection, TextSelection } from "prosemirror-state";
export { Decoration, DecorationSet, EditorView } from "prosemirror-view";
export { closeHistory, history, redo, redoDepth, undo, undoDepth } from "prosemirror-history";
export { keymap } from "prosemirror-keymap";
export { baseKeymap, chainCommands, lift, setBlockType, toggleMark } from "prosemirror-commands";
export { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
export { InputRule, inputRules, textblockTypeInputRule, undoInputRule, wrappingInputRule } from "prosemirror-inputrules";
export { dropCursor } from "prosemirror-dropcursor";
export { gapCursor } from "prosemirror-gapcursor";
