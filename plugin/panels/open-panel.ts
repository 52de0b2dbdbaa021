import type { Panel } from '../contracts/panel.ts';
import type { PanelConfiguration } from '../domain/configuration.ts';
import { Failure } from '../domain/failure.ts';
import { openLinuxPanel } from './linux.ts';
import { openStaticPanel } from './static.ts';

/** @throws {Failure} `system-unsupported` for a panel that this version does not know yet. */
export function openPanel(configuration: PanelConfiguration): Panel {
  switch (configuration.kind) {
    case 'static':
      return openStaticPanel(configuration.accounts);
    case 'linux':
      return openLinuxPanel({ passwdFile: '/etc/passwd', loginDefinitionsFile: '/etc/login.defs' });
    case 'demo':
      throw new Failure('system-unsupported', {
        problem: 'this version has no demo panel yet',
        mend: 'set kind = "static" or "linux" in the section [panel] of the configuration',
      });
  }
}
