"""Packs every bundle folder of DIR as DIR/<bundle>.zip and DIR/<bundle>.tar.gz, the same bytes every time.

    python pack.py DIR [bundle...]
"""

import gzip
import io
import os
import sys
import tarfile
import zipfile

EPOCH = (2026, 1, 1, 0, 0, 0)


def files_of(folder):
    """Path on disk and name in the archive, in a fixed order."""
    for parent, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(parent, name)
            yield path, os.path.relpath(path, folder)


def write_zip(folder, target):
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, name in files_of(folder):
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as file:
                archive.writestr(entry, file.read())


def write_tar(folder, target):
    with open(target, "wb") as raw, gzip.GzipFile("", "wb", fileobj=raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for path, name in files_of(folder):
                with open(path, "rb") as file:
                    content = file.read()
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                archive.addfile(entry, io.BytesIO(content))


def pack(directory, bundle):
    folder = os.path.join(directory, bundle)
    write_zip(folder, folder + ".zip")
    write_tar(folder, folder + ".tar.gz")


def main(directory, *bundles):
    for bundle in bundles:
        pack(directory, bundle)


if __name__ == "__main__":
    main(*sys.argv[1:])
