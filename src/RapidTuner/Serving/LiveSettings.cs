namespace RapidTuner.Serving;

/// <summary>The options in force: an immutable record, swapped whole, for those parts that ask anew each time.</summary>
/// <param name="start">The options at start.</param>
internal sealed class LiveSettings(ServeOptions start)
{
    private ServeOptions _current = start;

    /// <summary>Told the new options after they were swapped.</summary>
    public event Action<ServeOptions>? Changed;

    public ServeOptions Current => Volatile.Read(ref _current);

    public void Apply(ServeOptions options)
    {
        Volatile.Write(ref _current, options);
        Changed?.Invoke(options);
    }
}
