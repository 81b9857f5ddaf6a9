using System.IO.Compression;
using RapidTuner.Core.Errors;

namespace RapidTuner.Learning.Tables;

/// <summary>Lines of a CSV file (plain or gzip) as bytes, without a string per line. A line is valid until the next is read.</summary>
internal sealed class CsvLines : IDisposable
{
    /// <summary>Longest line, bytes; chosen: 1,000 columns of 1,000 characters.</summary>
    private const int LineBytesMax = 1 << 20;

    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 17];
    private int _start;
    private int _end;
    private bool _ended;

    /// <summary>Opens a file; a missing one is bad input.</summary>
    public CsvLines(string path)
    {
        Path = path;
        _stream = Open(path);
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Number of the line last read; the header is 1.</summary>
    public int Line { get; private set; }

    /// <summary>The next line that is not blank, without its end and without a byte order mark; false at the end of the file.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
    {
        do
        {
            if (!TryTake(out line))
            {
                return false;
            }
        }
        while (line.Trim(" \t\r"u8).IsEmpty);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1, FileOptions.SequentialScan);
            var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
            file.Position = 0;
            return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException(path, "there is no such file", "give the path of a CSV file with a header");
        }
        catch (Exception other) when (other is NotSupportedException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, "cannot be read as a file", "give the path of a CSV file: it is read twice, so a pipe will not do");
        }
    }

    private bool TryTake(out ReadOnlySpan<byte> line)
    {
        var searched = _start;
        while (true)
        {
            var at = _buffer.AsSpan(searched, _end - searched).IndexOf((byte)'\n');
            if (at >= 0)
            {
                line = Take(searched + at, searched + at + 1);
                return true;
            }

            searched = _end;
            if (_ended)
            {
                line = default;
                if (_start == _end)
                {
                    return false;
                }

                line = Take(_end, _end);
                return true;
            }

            searched -= Fill();
        }
    }

    private ReadOnlySpan<byte> Take(int end, int next)
    {
        var line = _buffer.AsSpan(_start, end - _start);
        _start = next;
        if (++Line == 1 && line.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }

        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    /// <summary>Reads more behind what is left; returns by how much that moved to the front.</summary>
    private int Fill()
    {
        var moved = _start;
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LineBytesMax)
            {
                throw new BadInputException($"{Path}:{Line + 1}:1", $"a line of more than {LineBytesMax} bytes", "give one row per line");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        try
        {
            var got = _stream.Read(_buffer.AsSpan(_end));
            _ended = got == 0;
            _end += got;
        }
        catch (InvalidDataException corrupt)
        {
            throw new BadInputException(Path, $"corrupt gzip ({corrupt.Message.TrimEnd('.')})", "fetch or pack the file again");
        }

        return moved;
    }
}
