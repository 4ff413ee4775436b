import './styles/base.css';
import './styles/shell.css';
import './styles/parts.css';
import { render } from 'preact';
import { start } from './app.ts';
import { Shell } from './parts/Shell.tsx';

start();
render(<Shell />, document.getElementById('app')!);
