using RapidTuner.Core.Errors;

namespace RapidTuner.Core.Catalogue;

/// <summary>The bytes of a file under check, and positions in it.</summary>
internal sealed class SourceFile
{
    /// <summary>Longest specification file, so that a wrong path cannot fill memory.</summary>
    public const int BytesMax = 1 << 20;

    private readonly string _path;

    private SourceFile(string path, byte[] bytes)
    {
        _path = path;
        Bytes = bytes;
    }

    /// <summary>The content, without a byte-order mark.</summary>
    public byte[] Bytes { get; }

    /// <summary>Reads the file; null when it cannot be read, with the reason among the problems.</summary>
    public static SourceFile? Read(string path, Problems problems)
    {
        try
        {
            using var stream = File.OpenRead(path);
            if (stream.Length > BytesMax)
            {
                problems.Add(path, $"is {stream.Length} bytes", $"a specification has at most {BytesMax}");
                return null;
            }

            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            return new SourceFile(path, bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(path, "cannot be read: " + failure.Message, "give the path of a readable JSON file");
            return null;
        }
    }

    /// <summary><c>file:line:column</c> of a byte, both counted from 1.</summary>
    public string Where(long offset)
    {
        var before = Bytes.AsSpan(0, (int)Math.Min(offset, Bytes.Length));
        return Where(before.Count((byte)'\n') + 1, before.Length - before.LastIndexOf((byte)'\n'));
    }

    /// <summary><c>file:line:column</c>.</summary>
    public string Where(long line, long column) => $"{_path}:{line}:{column}";
}
