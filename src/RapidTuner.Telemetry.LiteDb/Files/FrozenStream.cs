namespace RapidTuner.Telemetry.LiteDb.Files;

/// <summary>A file as long as it was when it was opened, in whole pages, for reading alone: what a writer adds meanwhile does not show.</summary>
internal sealed class FrozenStream : Stream
{
    private const int PageBytes = 8192;

    private readonly FileStream _file;

    public FrozenStream(string path)
    {
        _file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Length = _file.Length / PageBytes * PageBytes;
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position
    {
        get => _file.Position;
        set => _file.Position = value;
    }

    public override int Read(byte[] buffer, int offset, int count) => _file.Read(buffer, offset, (int)Math.Clamp(Length - _file.Position, 0, count));

    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(origin == SeekOrigin.End ? Length + offset : offset, origin == SeekOrigin.End ? SeekOrigin.Begin : origin);

    public override void Flush()
    {
    }

    public override void SetLength(long value) => throw new NotSupportedException("a frozen file is not written");

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("a frozen file is not written");

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _file.Dispose();
        }

        base.Dispose(disposing);
    }
}
