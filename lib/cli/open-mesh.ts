import { dirname } from 'node:path';
import type { LocalPorts } from '../adapters/local/create-local-ports.ts';
import { findHome, findMeshFile } from '../loader/find-mesh.ts';
import { checkModel, type LoadModelOptions, loadModel } from '../loader/load-model.ts';
import { MeshError } from '../model/mesh-error.ts';
import type { MeshModel } from '../model/mesh-model.ts';
import type { Resolution } from '../model/resolve/resolve-mesh.ts';
import type { CliContext } from './context.ts';
import { printProblems } from './report-error.ts';

/** Where the mesh that a command is about is, and its state. */
export interface MeshPlace {
  readonly file: string;
  readonly folder: string;
  readonly home: string;
}

/** The mesh that the options, the environment or the working folder name. */
export function placeOf({ global }: CliContext): MeshPlace {
  return placeAt(global.mesh, global.home);
}

/** The mesh of a file or a folder, and its state. */
export function placeAt(mesh: string | undefined, home: string | undefined): MeshPlace {
  const file = findMeshFile(mesh);
  return { file, folder: dirname(file), home: findHome(file, home) };
}

/** Checks the mesh; see `checkModel`. */
export function checkMesh({ file, home }: MeshPlace): ReturnType<typeof checkModel> {
  return withChecker(home, (options) => checkModel(file, options));
}

/** Resolves the mesh; see `loadModel`. */
export function resolvePlace({ file, home }: MeshPlace): Promise<Resolution> {
  return withChecker(home, (options) => loadModel(file, options));
}

/** Resolves the mesh for a command that goes on with what is sound, and says what is not. */
export async function openModel(context: CliContext, place: MeshPlace): Promise<Resolution> {
  const resolution = await resolvePlace(place);
  printProblems(context.print, resolution.problems);
  return resolution;
}

/** Opens the local target for a model; close it. */
export async function openPorts({ print }: CliContext, place: MeshPlace, model: MeshModel): Promise<LocalPorts> {
  const [{ createLocalPorts, landingFolder }, { loadTransform }] = await Promise.all([
    import('../adapters/local/create-local-ports.ts'),
    import('../loader/load-transform.ts'),
  ]);
  return createLocalPorts({
    home: place.home,
    landing: landingFolder(place.home, place.folder, model.landing),
    loadTransform: (product) => loadTransform(place.home, product),
    onWaiting: (product) => print.note(`${product} is run by another process: waiting for it`),
  });
}

async function withChecker<Result>(
  home: string,
  work: (options: LoadModelOptions) => Promise<Result>,
): Promise<Result> {
  let close = () => {};
  const sql = async () => {
    const { createSqlChecker } = await import('../adapters/local/sql-checker.ts');
    const checker = createSqlChecker();
    close = () => checker.close();
    return checker;
  };
  try {
    return await work({ home, sql });
  } finally {
    close();
  }
}

/** The error that a mesh with problems ends a command with, after it did what it could. */
export function problemsError({ problems }: Pick<Resolution, 'problems'>): MeshError {
  return new MeshError({ code: 'invalid-mesh', message: 'the mesh has problems', fix: 'mend them', problems });
}
