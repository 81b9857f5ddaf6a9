using System.IO.Compression;
using RapidTuner.Core.Errors;

namespace RapidTuner.Evaluation.Workloads.Reading;

/// <summary>
/// Lines of a plain or gzip file as bytes, without a string per line. Gzip is recognised by its magic number. A line is
/// valid until the next is read.
/// </summary>
internal sealed class LineReader : IDisposable
{
    /// <summary>Longest line, bytes; chosen: a prompt of 100 M tokens lists 200,000 prefix blocks of about 8 characters.</summary>
    private const int LineBytesMax = 1 << 24;

    private readonly string _path;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 18];
    private int _start;
    private int _end;
    private bool _ended;

    // By default a gzip stream that stops in the middle ends like a whole one: a cut file would pass for a shorter trace.
    static LineReader() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);

    /// <summary>Opens <paramref name="path"/>; a missing file is bad input.</summary>
    public LineReader(string path)
    {
        _path = path;
        _stream = Open(path);
    }

    /// <summary>Number of the line last read; the first is 1.</summary>
    public int Line { get; private set; }

    /// <summary>Lines of a file that are not blank: an upper bound of its rows, counted at the speed of reading.</summary>
    public static int CountLines(string path)
    {
        using var lines = new LineReader(path);
        var count = 0;
        while (lines.TryRead(out var line))
        {
            count += line.IsEmpty ? 0 : 1;
        }

        return count;
    }

    /// <summary>The file's content, unpacked and without a byte order mark, at most <paramref name="bytesMax"/> of it.</summary>
    public static byte[] ReadAll(string path, int bytesMax)
    {
        using var stream = Open(path);
        using var content = new MemoryStream();
        var chunk = new byte[1 << 16];
        int got;
        while ((got = ReadSome(stream, chunk, path)) > 0)
        {
            if (content.Length + got > bytesMax)
            {
                throw new BadInputException(path, $"holds more than {bytesMax} bytes", "give a smaller file");
            }

            content.Write(chunk, 0, got);
        }

        var bytes = content.GetBuffer().AsSpan(0, (int)content.Length);
        return (bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes).ToArray();
    }

    /// <summary>The next line without its end and without a byte order mark; false at the end of the file.</summary>
    public bool TryRead(out ReadOnlySpan<byte> line)
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
                var any = _start < _end;
                if (any)
                {
                    line = Take(_end, _end);
                }

                return any;
            }

            searched -= Fill();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _stream.Dispose();

    private static Stream Open(string path)
    {
        FileStream file;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1, FileOptions.SequentialScan);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new BadInputException(path, "there is no such file", "give the path of a trace");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException(path, $"cannot be read: {unreadable.Message.TrimEnd('.')}", "give the path of a readable trace");
        }

        if (!file.CanSeek)
        {
            file.Dispose();
            throw new BadInputException(path, "is a pipe, and a trace is read more than once", "give a file");
        }

        var gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static int ReadSome(Stream stream, Span<byte> into, string path)
    {
        try
        {
            return stream.Read(into);
        }
        catch (Exception corrupt) when (corrupt is InvalidDataException or EndOfStreamException)
        {
            throw new BadInputException(path, $"corrupt gzip ({corrupt.Message.TrimEnd('.')})", "fetch or pack the file again; `gzip -t` checks it");
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

    /// <summary>Reads more behind what is left; returns by how much what is left moved to the front.</summary>
    private int Fill()
    {
        var moved = _start;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LineBytesMax)
            {
                throw new BadInputException($"{_path}:{Line + 1}:1", $"a line of more than {LineBytesMax} bytes", "give one request per line");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var got = ReadSome(_stream, _buffer.AsSpan(_end), _path);
        _ended = got == 0;
        _end += got;
        return moved;
    }
}
