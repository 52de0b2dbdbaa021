import { openNativeFileSystem } from '../../../plugin/platform/native/native-file-system.ts';
import { openNodeFileSystem } from '../../../plugin/platform/node-file-system.ts';
import { testFileSystem } from '../../contracts/file-system.ts';

testFileSystem('the native file system', openNativeFileSystem);
testFileSystem("the file system of Node's own modules", openNodeFileSystem);
