(* Smooth.v - over the real numbers: what every combination of members annihilates, their brackets annihilate.

   Copyright (C) 2026 the lieorbit developers
   SPDX-License-Identifier: LGPL-3.0-or-later

   A form w is p functions w_a of a point: the partial derivatives of a function h, or those of a law times
   the square of its denominator.  If sum_a X_a w_a = 0 and sum_a Y_a w_a = 0 in a set U for vector fields X,
   Y with polynomial components, and if the derivatives of w are symmetric on such X, Y, then sum_a [X, Y]_a
   w_a = 0 in U: differentiate. *)
From Coq Require Import ZArith List Bool Reals Lra Lia FMapPositive Ring_theory InitialRing
  FunctionalExtensionality.
From LawCert Require Import Poly Model Checker Diff Claims Flow.
Import ListNotations.
Open Scope R_scope.
Notation rsum := (ssum Reals).

Add Ring Rsmooth : (cth Rring).
Lemma zero_derivative f x d eps : 0 < eps -> (forall s, Rabs (s - x) < eps -> f s = 0) -> derivable_pt_lim f
  x d -> d = 0.
Proof.
  intros He H D. apply (uniqueness_limite f x); [exact D|]. intros e0 He0. exists (mkposreal eps He). intros
    h Hh Hl.
  cbn in Hl. rewrite !H; [replace ((0 - 0) / h - 0) with 0 by (field; exact Hh); rewrite Rabs_R0; exact He0|
    |].
  - replace (x - x) with 0 by ring. rewrite Rabs_R0. exact He.
  - replace (x + h - x) with h by ring. exact Hl.
Qed.
Lemma rsum_derivative {A} (l : list A) (f : A -> R -> R) d x : (forall a, In a l -> derivable_pt_lim (f a) x
  (d a)) ->
  derivable_pt_lim (fun s => rsum l (fun a => f a s)) x (rsum l d).
Proof.
  induction l as [|a l IH]; intros H; cbn [ssum]; [apply derivable_pt_lim_const|].
  apply (derivable_pt_lim_plus (f a) (fun s => rsum l (fun a => f a s))); [apply H; left; reflexivity|].
  apply IH. intros b Hb. apply H. right. exact Hb.
Qed.
Lemma rsum_swap {A B} (l : list A) (m : list B) (f : A -> B -> R) :
  rsum l (fun a => rsum m (fun b => f a b)) = rsum m (fun b => rsum l (fun a => f a b)).
Proof. apply (ssum_swap Reals). Qed.
Lemma rsum_add {A} (l : list A) (f g : A -> R) : rsum l (fun a => f a + g a) = rsum l f + rsum l g.
Proof. apply (ssum_add Reals). Qed.
Lemma rsum_sub {A} (l : list A) (f g : A -> R) : rsum l (fun a => f a - g a) = rsum l f - rsum l g.
Proof. apply (ssum_sub Reals). Qed.
Lemma rsum_scale {A} (l : list A) c (f : A -> R) : rsum l (fun a => c * f a) = c * rsum l f.
Proof. apply (ssum_scale Reals). Qed.
Lemma rsum_zero {A} (l : list A) (f : A -> R) : (forall a, In a l -> f a = 0) -> rsum l f = 0.
Proof. intros H. rewrite (ssum_ext Reals l f (fun _ => 0)); [apply (ssum_0 Reals)|exact H]. Qed.

Lemma real_quotient (u x y : R) : u <> 0 -> u * x = y -> x = y / u.
Proof. intros U <-. field. exact U. Qed.
Lemma real_swap (x y z : R) : x * y * z = x * z * y.
Proof. ring. Qed.

(* ------------------------------------------------------------------ polynomials: partial derivatives, and
   their symmetry *)
Definition unit_vector (b a : positive) : R := if Pos.eqb a b then 1 else 0.
Lemma diff_value e b p : pev e (diff b p) = dpv e (unit_vector b) p.
Proof.
  unfold diff. rewrite (lie_ok Rring). apply (dp_ext Rring e (fun _ => true)); [|apply onvars_all].
  intros a _. unfold delta, unit_vector. rewrite (Pos.eqb_sym a b). destruct (Pos.eqb b a); [apply (ev_one
    Reals)|reflexivity].
Qed.
Lemma update_derivative e b c : derivable_pt_lim (fun s => update e b s c) (e b) (unit_vector b c).
Proof. unfold update, unit_vector. destruct (Pos.eqb c b); [apply derivable_pt_lim_id|apply
  derivable_pt_lim_const]. Qed.
Lemma poly_derivative e b p : derivable_pt_lim (fun s => pev (update e b s) p) (e b) (pev e (diff b p)).
Proof.
  assert (D := deriv_poly (fun c s => update e b s c) (fun c _ => unit_vector b c) (e b) p (fun _ => true)
    (onvars_all p) (fun c _ => update_derivative e b c)).
  rewrite diff_value. 
  change (derivable_pt_lim (fun s => pev (update e b s) p) (e b) (dpv (update e b (e b)) (unit_vector b) p))
    in D.
  rewrite update_same in D. exact D.
Qed.
(* second derivatives of monomials and polynomials *)
Fixpoint second (e : positive -> R) (a b : positive) (m : mono) : R :=
  match m with
  | [] => 0
  | c :: m' => unit_vector a c * dm Rring e (unit_vector b) m' + unit_vector b c * dm Rring e (unit_vector a)
    m'
               + e c * second e a b m'
  end.
Lemma second_sym e a b m : second e a b m = second e b a m.
Proof. induction m as [|c m IH]; cbn [second]; [reflexivity|]. rewrite IH. ring. Qed.
Lemma second_derivative e a b m :
  derivable_pt_lim (fun s => dm Rring (update e b s) (unit_vector a) m) (e b) (second e a b m).
Proof.
  induction m as [|c m IH]; cbn [dm second]; [apply derivable_pt_lim_const|].
  assert (M := deriv_mono (fun c s => update e b s c) (fun c _ => unit_vector b c) (e b) m
    (fun c _ => update_derivative e b c)).
  change (derivable_pt_lim (fun s => meval Rring (update e b s) m) (e b) (dm Rring (update e b (e b))
    (unit_vector b) m)) in M.
  rewrite update_same in M.
  assert (D1 := derivable_pt_lim_scal _ (unit_vector a c) _ _ M).
  assert (D2 := derivable_pt_lim_mult _ _ _ _ _ (update_derivative e b c) IH).
  assert (D := derivable_pt_lim_plus _ _ _ _ _ D1 D2). cbn beta in D. rewrite update_same in D.
  match type of D with derivable_pt_lim _ _ ?y => replace (unit_vector a c * dm Rring e (unit_vector b) m +
    unit_vector b c * dm Rring e (unit_vector a) m + e c * second e a b m) with y; [exact D|] end. cbn. ring.
Qed.
Lemma diff_comm e a b p : pev e (diff b (diff a p)) = pev e (diff a (diff b p)).
Proof.
  set (two := fun a b => fold_right (fun t acc => phi Rring (snd t) * second e a b (fst t) + acc) 0 p).
  assert (S : two a b = two b a).
  { unfold two. induction p as [|[m c] q IH]; cbn [fold_right]; [reflexivity|]. rewrite IH, second_sym.
    reflexivity. }
  assert (D : forall a b, pev e (diff b (diff a p)) = two a b).
  { clear S. intros a' b'. apply (uniqueness_limite (fun s => pev (update e b' s) (diff a' p)) (e b')).
    - apply poly_derivative.
    - apply (deriv_ext (fun s => dpv (update e b' s) (unit_vector a') p)); [intros; symmetry; apply
      diff_value|].
      unfold two. induction p as [|[m c] q IH]; cbn [dp fold_right]; [apply derivable_pt_lim_const|].
      apply (derivable_pt_lim_plus (fun s => phi Rring c * dm Rring (update e b' s) (unit_vector a') m)
        (fun s => dpv (update e b' s) (unit_vector a') q)); [|exact IH].
      apply (derivable_pt_lim_scal (fun s => dm Rring (update e b' s) (unit_vector a') m)). apply
        second_derivative. }
  rewrite !D. exact S.
Qed.

Section Smooth.
  Variable P : problem.
  Notation n := (p_dim P).
  Definition contract (X w : positive -> R) : R := rsum (vars n) (fun a => X a * w a).
  Definition at_point (X : field) (e : positive -> R) (a : positive) : R := pev e (fget X a).

  (* the directional derivative is a sum of partial derivatives *)
  Lemma dp_sum e V p : (forall a, is_state n a = false -> V a = 0) ->
    dpv e V p = rsum (vars n) (fun b => V b * pev e (diff b p)).
  Proof.
    intros HV.
    assert (G : forall l, NoDup l -> dpv e (fun a => if existsb (Pos.eqb a) l then V a else 0) p =
                rsum l (fun b => V b * pev e (diff b p))).
    { induction l as [|b l IH]; intros HN; cbn [ssum existsb]; [apply (dp_0 Rring)|]. inversion HN; subst.
      rewrite <- IH, diff_value by assumption.
      transitivity (dpv e (fun a => (if existsb (Pos.eqb a) l then V a else 0) + V b * unit_vector b a) p).
      - apply (dp_ext Rring e (fun _ => true)); [|apply onvars_all]. intros a _. unfold unit_vector.
        destruct (Pos.eqb_spec a b) as [->|N]; cbn [orb].
        + destruct (existsb (Pos.eqb b) l) eqn:E; [|cbn; ring].
          apply existsb_exists in E as (x & Hx & Ex). apply Pos.eqb_eq in Ex. subst. contradiction.
        + cbn. ring.
      - etransitivity; [exact (dp_lin Rring e _ (unit_vector b) (V b) p)|]. cbn. ring. }
    rewrite <- G by apply vars_nodup. apply (dp_ext Rring e (fun _ => true)); [|apply onvars_all].
    intros a _. rewrite existsb_vars. destruct (is_state n a) eqn:E; auto.
  Qed.
  Lemma off_state X e a : on_state n X -> is_state n a = false -> at_point X e a = 0.
  Proof. intros S H. unfold at_point. rewrite S by exact H. reflexivity. Qed.
  Lemma bracket_value X Y e a : on_state n X -> on_state n Y -> is_state n a = true ->
    at_point (bracket (vars n) X Y) e a = rsum (vars n) (fun b => at_point X e b * pev e (diff b (fget Y a)))
      - rsum (vars n) (fun b => at_point Y e b * pev e (diff b (fget X a))).
  Proof.
    intros SX SY Ha. unfold at_point, bracket. rewrite fget_make, existsb_vars, Ha.
    rewrite (peval_add Rring), (peval_opp Rring), !(lie_ok Rring), !dp_sum; [reflexivity| |]; intros; apply
      off_state; auto.
  Qed.

  (* U contains with a point all points nearby on the lines of the coordinates: open sets do *)
  Definition open_along (U : (positive -> R) -> Prop) : Prop := forall e a, U e -> is_state n a = true ->
    exists eps, 0 < eps /\ forall s, Rabs (s - e a) < eps -> U (update e a s).

  Section Form.
    Variable U : (positive -> R) -> Prop.
    Hypothesis HU : open_along U.
    Variable w : positive -> (positive -> R) -> R.
    Variable dw : positive -> positive -> (positive -> R) -> R.
    Notation at_w e := (fun a => w a e).
    Hypothesis Hw : forall e a b, U e -> is_state n a = true -> is_state n b = true -> partial (w a) b e (dw
      a b e).
    Hypothesis Hclosed : forall e X Y, U e -> contract X (at_w e) = 0 -> contract Y (at_w e) = 0 ->
      rsum (vars n) (fun b => rsum (vars n) (fun a => X b * Y a * dw a b e)) =
      rsum (vars n) (fun b => rsum (vars n) (fun a => Y b * X a * dw a b e)).
    Definition kills (X : field) : Prop := forall e, U e -> contract (at_point X e) (at_w e) = 0.
    Lemma kills_derivative X e b : kills X -> U e -> is_state n b = true ->
      rsum (vars n) (fun a => pev e (diff b (fget X a)) * w a e) + rsum (vars n) (fun a => at_point X e a *
        dw a b e) = 0.
    Proof.
      intros HX He Hb. destruct (HU e b He Hb) as (eps & Heps & HE).
      apply (zero_derivative (fun s => contract (at_point X (update e b s)) (at_w (update e b s))) (e b) _
        eps Heps).
      { intros s Hs. apply HX. apply HE. exact Hs. }
      rewrite <- rsum_add. unfold contract.
      apply (rsum_derivative (vars n) (fun a s => at_point X (update e b s) a * w a (update e b s))).
      intros a Ha. apply is_state_spec in Ha.
      assert (D := derivable_pt_lim_mult _ _ _ _ _ (poly_derivative e b (fget X a)) (Hw e a b He Ha Hb)).
      cbn beta in D. rewrite update_same in D. exact D.
    Qed.
    Lemma kills_along X e V : kills X -> U e ->
      rsum (vars n) (fun b => rsum (vars n) (fun a => V b * pev e (diff b (fget X a)) * w a e)) =
      - rsum (vars n) (fun b => rsum (vars n) (fun a => V b * at_point X e a * dw a b e)).
    Proof.
      intros HX He. apply Rplus_opp_r_uniq. rewrite Rplus_comm, <- rsum_add. apply rsum_zero. intros b Hb.
      apply is_state_spec in Hb. assert (K := kills_derivative X e b HX He Hb).
      transitivity (V b * (rsum (vars n) (fun a => pev e (diff b (fget X a)) * w a e) +
        rsum (vars n) (fun a => at_point X e a * dw a b e))); [|rewrite K; apply Rmult_0_r].
      rewrite Rmult_plus_distr_l, <- !rsum_scale. f_equal; apply (ssum_ext Reals); intros; cbn; ring.
    Qed.
    Lemma kills_bracket X Y : on_state n X -> on_state n Y -> kills X -> kills Y -> kills (bracket (vars n) X
      Y).
    Proof.
      intros SX SY KX KY e He. unfold contract.
      rewrite (ssum_ext Reals (vars n) _ (fun a =>
        rsum (vars n) (fun b => at_point X e b * pev e (diff b (fget Y a)) * w a e)
        - rsum (vars n) (fun b => at_point Y e b * pev e (diff b (fget X a)) * w a e))).
      2: { intros a Ha. apply is_state_spec in Ha. rewrite bracket_value by assumption.
           rewrite Rmult_minus_distr_r, <- !(Rmult_comm (w a e)), <- !rsum_scale.
           f_equal; apply (ssum_ext Reals); intros; cbn; ring. }
      rewrite rsum_sub.
      rewrite (rsum_swap (vars n) (vars n) (fun a b => at_point X e b * pev e (diff b (fget Y a)) * w a e)).
      rewrite (rsum_swap (vars n) (vars n) (fun a b => at_point Y e b * pev e (diff b (fget X a)) * w a e)).
      rewrite (kills_along Y e (at_point X e) KY He), (kills_along X e (at_point Y e) KX He).
      rewrite (Hclosed e (at_point X e) (at_point Y e) He (KX e He) (KY e He)). apply Rplus_opp_r.
    Qed.
    Lemma kills_lie (G : field -> Prop) : (forall X, G X -> on_state n X /\ kills X) ->
      forall X, in_lie (vars n) G X -> on_state n X /\ kills X.
    Proof.
      intros HG X HX. induction HX as [X HX| |X Y _ [SX KX] _ [SY KY]]; [apply HG; exact HX| |].
      - split; [apply on_state_zero|]. intros e _. apply rsum_zero. intros a _. unfold at_point. rewrite
        fget_zero.
        cbn. ring.
      - split; [apply on_state_make|apply kills_bracket; assumption].
    Qed.
  End Form.

  (* ---------------------------------------------------------------- members at given inputs are
     combinations of members *)
  Lemma fraction_value f x rho z : constant (snd f) = Some z -> means Reals rho f x -> x = pev rho (fst f) /
    phi Rring z.
  Proof.
    intros C M. apply constant_spec in C as [C Hz]. assert (U : phi Rring z <> 0) by (apply unit_real; apply
      (unit_int Reals); exact Hz).
    assert (E : pev rho (snd f) = phi Rring z) by (rewrite C; cbn; ring).
    assert (Q : phi Rring z * x = pev rho (fst f)).
    { rewrite <- E. apply M. apply unit_real. change (pev rho (snd f) <> 0). rewrite E. exact U. }
    apply (real_quotient _ _ _ U Q).
  Qed.
  Lemma fraction_derivative f F e a z : constant (snd f) = Some z -> (forall s, means Reals (update e a s) f
    (F s)) ->
    derivable_pt_lim F (e a) (pev e (diff a (fst f)) / phi Rring z).
  Proof.
    intros C M. apply (deriv_ext (fun s => / phi Rring z * pev (update e a s) (fst f))).
    - intros s. rewrite (fraction_value f (F s) (update e a s) z C (M s)). unfold Rdiv. ring.
    - replace (pev e (diff a (fst f)) / phi Rring z) with (/ phi Rring z * pev e (diff a (fst f))) by (unfold
      Rdiv; ring).
      apply (derivable_pt_lim_scal (fun s => pev (update e a s) (fst f))). apply poly_derivative.
  Qed.
  Fixpoint sum_of (ys : list Z) (xs : list R) : R :=
    match ys, xs with y :: ys', x :: xs' => @rational Reals y 1 * x + sum_of ys' xs' | _, _ => 0 end.
  Lemma combine_means rho ys : forall fs xs, Forall2 (means Reals rho) fs xs -> means Reals rho (combine ys
    fs) (sum_of ys xs).
  Proof.
    assert (Z : means Reals rho ([], one) 0) by (intros _; cbn; ring).
    induction ys as [|y ys IH]; intros fs xs H; [exact Z|]. inversion H; subst; [exact Z|].
    apply (means_add Reals); auto. apply (means_mul Reals); auto. apply (means_const Reals).
  Qed.
  Lemma sum_of_nth xs : forall ys, sum_of ys xs = rsum (seq 0 (length xs)) (fun j => @rational Reals (nth j
    ys 0%Z) 1 * nth j xs 0).
  Proof.
    assert (Z : @rational Reals 0 1 = 0) by (unfold rational; cbn; unfold Rdiv; ring).
    assert (S : forall l f, rsum (seq 1 l) f = rsum (seq 0 l) (fun j => f (S j))).
    { intros l f. rewrite <- seq_shift. generalize (seq 0 l). induction l0 as [|i l0 IH]; cbn [map ssum];
      [reflexivity|].
      rewrite IH. reflexivity. }
    induction xs as [|x xs IH]; intros [|y ys]; cbn [sum_of length seq ssum nth]; try reflexivity.
    - symmetry. rewrite rsum_zero; [rewrite Z; cbn; ring|]. intros j _. destruct j; rewrite Z; apply
      Rmult_0_l.
    - rewrite IH, S. reflexivity.
  Qed.
  Lemma wired_sum {A} (l : list A) (c : A -> R) (g : A -> positive -> R) wires : forall ws b,
    wired wires ws (fun a => rsum l (fun j => c j * g j a)) b = rsum l (fun j => c j * wired wires ws (g j)
      b).
  Proof.
    induction wires as [|[s t] wires IH]; intros [|q ws] b; cbn [wired]; try (symmetry; apply rsum_zero;
      intros; cbn; ring).
    rewrite IH. destruct (Pos.eqb b t).
    - rewrite (ssum_ext Reals l (fun j => c j * (q * g j s + wired wires ws (g j) b))
        (fun j => q * (c j * g j s) + c j * wired wires ws (g j) b)) by (intros; cbn; ring).
      rewrite rsum_add, rsum_scale. reflexivity.
    - rewrite (ssum_ext Reals l (fun j => c j * (0 + wired wires ws (g j) b)) (fun j => c j * wired wires ws
      (g j) b))
        by (intros; cbn; ring). apply Rplus_0_l.
  Qed.
  Lemma contract_scale c X w : contract (fun a => c * X a) w = c * contract X w.
  Proof. unfold contract. rewrite <- rsum_scale. apply (ssum_ext Reals). intros. cbn. ring. Qed.

  Section Members.
    Variable frozen : list (Z * positive).
    Hypothesis Hfrozen : length frozen = p_frozen P.
    (* the values of the constants *)
    Definition constant_value (a : positive) : R :=
      let v := value n frozen (PositiveMap.empty _) a in @rational Reals (fst v) (snd v).
    Variable U : (positive -> R) -> Prop.
    Hypothesis HU : forall e a, U e -> is_state n a = false -> known P a = true -> e a = constant_value a.
    Variable w : positive -> (positive -> R) -> R.
    Hypothesis Hw : forall e v, U e -> velocity P e v -> contract v (fun a => w a e) = 0.

    Lemma member_zero e e' m : U e -> (forall a, known P a = true -> e' a = e a) -> member P e' m ->
      contract m (fun a => w a e) = 0.
    Proof.
      intros He HE Hm. assert (V := Hw e _ He (velocity_add P e 1 e' m (fun _ => 0) HE Hm (velocity_zero P
        e))).
      rewrite <- V. unfold contract. apply (ssum_ext Reals). intros. cbn. ring.
    Qed.
    (* the coordinates of e, the other variables from a table *)
    Definition mixed (T : table) (e : positive -> R) (a : positive) : R :=
      if is_state n a then e a else let v := value n frozen T a in @rational Reals (fst v) (snd v).
    Lemma mixed_means T e a : means Reals e (special n frozen T a) (mixed T e a).
    Proof. unfold special, mixed. destruct (is_state n a); [apply (means_var Reals)|apply (means_const
      Reals)]. Qed.
    Lemma mixed_known T e a : U e -> known P a = true -> mixed T e a = e a.
    Proof.
      intros He Ha. unfold mixed. destruct (is_state n a) eqn:S; [reflexivity|]. rewrite (HU e a He S Ha).
      unfold constant_value, value. unfold known in Ha. rewrite Hfrozen, Ha. reflexivity.
    Qed.
    Lemma mixed_update T e a s : is_state n a = true -> forall b, means Reals (update e a s) (special n
      frozen T b)
      (update (mixed T e) a s b).
    Proof.
      intros Ha b. replace (update (mixed T e) a s b) with (mixed T (update e a s) b); [apply mixed_means|].
      unfold mixed, update. destruct (Pos.eqb_spec b a) as [->|]; [rewrite Ha|]; reflexivity.
    Qed.
    Theorem instance_kills g X : instance_field P frozen g = Some X -> on_state n X /\ kills U w X.
    Proof.
      unfold instance_field. set (T := make_table (i_values g)). set (t := expand P (special n frozen T)).
        intros HX.
      assert (HT : forall e, Forall2 (Forall2 (Forall2 (means Reals e))) t (run (sem_ops Reals (mixed T e))
        (p_prog P) []))
        by (intros e; apply expansion_ok, mixed_means).
      destruct (i_raw g) as [k|].
      - destruct (nth_error (p_raw P) k) as [i|] eqn:Ei; [|discriminate]. apply nth_error_In in Ei.
        assert (V := fun e => raw_values P e t i (raw P (mixed T e) i) X HX (entries_rel _ _ _ i (HT e))).
        split; [apply (V (fun _ => 0))|]. intros e He. destruct (V e) as (_ & D & _ & HD).
        assert (M := member_zero e (mixed T e) _ He (fun a Ha => mixed_known T e a He Ha) (member_raw P
          (mixed T e) i Ei)).
        rewrite <- (Rmult_0_r (phi Rring D)), <- M. unfold contract. rewrite <- rsum_scale. apply (ssum_ext
          Reals).
        intros a Ha. apply is_state_spec in Ha. unfold at_point. rewrite (HD a Ha), Ha. cbn. ring.
      - destruct (forallb constant_den _) eqn:EC; [|discriminate]. rewrite forallb_forall in EC.
        assert (HO : forall e, Forall2 (means Reals e) (outputs P t) (network P (mixed T e)))
          by (intros e; apply outputs_rel, HT).
        assert (HL : length (outputs P t) = length (outputs P (expand P variable))).
        { rewrite (length_rel _ _ _ (HO (fun _ => 0))). symmetry. apply (length_rel _ _ _ (network_means P
          _)). }
        set (L := length (outputs P t)) in *. set (f j := nth j (outputs P t) ([], one)).
        set (z j := match constant (snd (f j)) with Some z => z | None => 1%Z end).
        assert (Hz : forall j, (j < L)%nat -> constant (snd (f j)) = Some (z j)).
        { intros j Hj. assert (C := EC (f j) (nth_In _ _ Hj)). unfold z, constant_den in *. destruct
          (constant (snd (f j))); [reflexivity|discriminate]. }
        set (F := combine (i_covector g) (outputs P t)) in *.
        assert (CF : exists zf, constant (snd F) = Some zf).
        { unfold gradient_field in HX. unfold constant_den in HX. destruct (constant (snd F)) as [zf|];
          [eauto|discriminate]. }
        destruct CF as [zf CF].
        set (c j := @rational Reals (nth j (i_covector g) 0%Z) 1).
        set (d e j a := pev e (diff a (fst (f j))) / phi Rring (z j)).
        (* the j-th output at nearby coordinates *)
        assert (N : forall e a s, is_state n a = true -> Forall2 (means Reals (update e a s)) (outputs P t)
                      (network P (update (mixed T e) a s))).
        { intros e a s Ha. apply outputs_rel, expansion_ok. apply mixed_update. exact Ha. }
        assert (ND : forall e a j, is_state n a = true -> (j < L)%nat ->
                  partial (fun e => nth j (network P e) 0) a (mixed T e) (d e j a)).
        { intros e a j Ha Hj. unfold partial. replace (mixed T e a) with (e a) by (unfold mixed; rewrite Ha;
          reflexivity).
          apply (fraction_derivative (f j)); [apply Hz; exact Hj|]. intros s.
          apply (nth_rel (means Reals (update e a s))); [intros _; cbn; ring|apply N; exact Ha]. }
        assert (V := fun e => gradient_values P e t (weight P (mixed T e)) F (fun a => rsum (seq 0 L) (fun j
          => c j * d e j a)) X).
        assert (W : forall e, Forall2 (means Reals e) (weights P (one, one) t) (weight P (mixed T e))).
        { intros e. apply weights_values, HT. }
        assert (G : forall e a, is_state n a = true ->
                  means Reals e (diff a (fst F), snd F) (rsum (seq 0 L) (fun j => c j * d e j a))).
        { intros e a Ha.
          assert (DF : derivable_pt_lim (fun s => sum_of (i_covector g) (network P (update (mixed T e) a s)))
            (e a)
                         (rsum (seq 0 L) (fun j => c j * d e j a))).
          { apply (deriv_ext (fun s => rsum (seq 0 L) (fun j => c j * nth j (network P (update (mixed T e) a
            s)) 0))).
            - intros s. rewrite sum_of_nth. assert (E := length_rel _ _ _ (N e a s Ha)). fold L in E. cbn in
              E |- *.
              rewrite <- E. reflexivity.
            - apply (rsum_derivative (seq 0 L) (fun j s => c j * nth j (network P (update (mixed T e) a s))
              0)).
              intros j Hj. apply in_seq in Hj.
              apply (derivable_pt_lim_scal (fun s => nth j (network P (update (mixed T e) a s)) 0)).
              assert (Q := ND e a j Ha (proj2 Hj)). unfold partial in Q.
              replace (mixed T e a) with (e a) in Q by (unfold mixed; rewrite Ha; reflexivity). exact Q. }
          assert (DG := fraction_derivative F _ e a zf CF (fun s => combine_means _ (i_covector g) _ _ (N e a
            s Ha))).
          rewrite (uniqueness_limite _ _ _ _ DF DG). apply constant_spec in CF as [CF Hzf].
          assert (Uz : phi Rring zf <> 0) by (apply unit_real; apply (unit_int Reals); exact Hzf).
          intros _. cbn [fst snd]. rewrite CF. cbn. field. exact Uz. }
        split; [apply (V (fun _ => 0) (W _) HX (G _))|]. intros e He. destruct (V e (W e) HX (G e)) as (_ & D
          & _ & HD).
        assert (M : forall j, In j (seq 0 L) -> contract (wired (p_wires P) (weight P (mixed T e)) (d e j))
          (fun a => w a e) = 0).
        { intros j Hj. apply in_seq in Hj. apply (member_zero e (mixed T e)); [exact He|intros a Ha; apply
          mixed_known; assumption|].
          apply (member_output P _ j); [rewrite <- HL; apply Hj|]. intros a Ha. apply ND; [exact Ha|apply
            Hj]. }
        transitivity (phi Rring D * rsum (seq 0 L) (fun j => c j *
          contract (wired (p_wires P) (weight P (mixed T e)) (d e j)) (fun a => w a e))).
        + rewrite <- rsum_scale. unfold contract.
          rewrite (ssum_ext Reals (seq 0 L) _ (fun j => rsum (vars n) (fun a =>
            phi Rring D * c j * wired (p_wires P) (weight P (mixed T e)) (d e j) a * w a e))).
          2: { intros j _. rewrite <- !rsum_scale. apply (ssum_ext Reals). intros. cbn. ring. }
          rewrite rsum_swap. apply (ssum_ext Reals). intros a Ha. apply is_state_spec in Ha. unfold at_point.
          rewrite (HD a Ha), wired_sum.
          transitivity (phi Rring D * w a e * rsum (seq 0 L) (fun j => c j * wired (p_wires P) (weight P
            (mixed T e)) (d e j) a));
            [apply real_swap|].
          rewrite <- rsum_scale. apply (ssum_ext Reals). intros. cbn. ring.
        + rewrite rsum_zero; [apply Rmult_0_r|]. intros j Hj. rewrite (M j Hj). apply Rmult_0_r.
    Qed.
  End Members.

  (* ---------------------------------------------------------------- the words of a certificate *)
  Section Chosen.
    Variable c : cert.
    Notation frozen := (frozen_values P c).
    Hypothesis Hfrozen : length frozen = p_frozen P.
    Variable U : (positive -> R) -> Prop.
    Hypothesis HU : open_along U.
    Hypothesis HF : forall e a, U e -> is_state n a = false -> known P a = true -> e a = constant_value
      frozen a.
    Variable w : positive -> (positive -> R) -> R.
    Variable dw : positive -> positive -> (positive -> R) -> R.
    Hypothesis Hw : forall e a b, U e -> is_state n a = true -> is_state n b = true -> partial (w a) b e (dw
      a b e).
    Hypothesis Hclosed : forall e X Y, U e -> contract X (fun a => w a e) = 0 -> contract Y (fun a => w a e)
      = 0 ->
      rsum (vars n) (fun b => rsum (vars n) (fun a => X b * Y a * dw a b e)) =
      rsum (vars n) (fun b => rsum (vars n) (fun a => Y b * X a * dw a b e)).
    Hypothesis Hv : forall e v, U e -> velocity P e v -> contract v (fun a => w a e) = 0.
    Theorem chosen_kill fs : chosen_fields P c = Some fs -> forall X, In X fs -> kills U w X.
    Proof.
      unfold chosen_fields. destruct (all_some _) as [gens|] eqn:E; [|discriminate]. intros H X HX. injection
        H as <-.
      apply in_map_iff in HX as (i & <- & _).
      apply (kills_lie U HU w dw Hw Hclosed (fun X => In X gens)).
      - intros Y HY. apply all_some_spec in E. assert (HY' : In (Some Y) (map Some gens)) by (apply in_map;
        exact HY).
        rewrite <- E in HY'. apply in_map_iff in HY' as (g & Eg & _).
        exact (instance_kills frozen Hfrozen U HF w Hv g Y Eg).
      - destruct (Nat.lt_ge_cases i (length (build (vars n) gens (c_words c)))) as [Q|Q].
        + eapply (build_lie (vars n) (fun X => In X gens) (c_words c)); [|apply nth_In; exact Q].
          intros Y HY. apply lie_gen. exact HY.
        + rewrite nth_overflow by exact Q. apply lie_zero.
    Qed.
  End Chosen.

  (* ---------------------------------------------------------------- the form of a law *)
  Section LawForm.
    Variable laws : list law.
    Hypothesis Hc : check_conserved P laws = true.
    Variable l : law.
    Hypothesis Hl : In l laws.
    Notation num := (fst (law_frac l variable)).
    Notation den := (snd (law_frac l variable)).
    (* the square of the denominator times the partial derivative *)
    Definition law_form (a : positive) (e : positive -> R) : R :=
      pev e den * pev e (diff a num) - pev e num * pev e (diff a den).
    Definition law_form_derivative (a b : positive) (e : positive -> R) : R :=
      (pev e (diff b den) * pev e (diff a num) + pev e den * pev e (diff b (diff a num)))
      - (pev e (diff b num) * pev e (diff a den) + pev e num * pev e (diff b (diff a den))).
    Lemma law_form_partial e a b : partial (law_form a) b e (law_form_derivative a b e).
    Proof.
      unfold partial, law_form, law_form_derivative.
      assert (D := fun p q => derivable_pt_lim_mult _ _ _ _ _ (poly_derivative e b p) (poly_derivative e b
        q)).
      assert (Q := derivable_pt_lim_minus _ _ _ _ _ (D den (diff a num)) (D num (diff a den))).
      cbn beta in Q. rewrite update_same in Q. exact Q.
    Qed.
    Lemma law_form_gradient e a : pev e den <> 0 -> partial (fun e => law_real e l) a e (law_form a e / (pev
      e den * pev e den)).
    Proof.
      intros Hd. unfold partial.
      assert (M : forall e, means Reals e (law_frac l variable) (law_real e l))
        by (intros e'; apply law_ok_ring; intros; apply means_var).
      assert (C : continuity_pt (fun s => pev (update e a s) den) (e a)).
      { apply derivable_continuous_pt. exists (pev e (diff a den)). apply poly_derivative. }
      assert (Hd' : pev (update e a (e a)) den <> 0) by (rewrite update_same; exact Hd).
      destruct (continuous_neq_0 _ _ C Hd') as [eps HE].
      assert (D := derivable_pt_lim_div _ _ _ _ _ (poly_derivative e a num) (poly_derivative e a den) Hd').
      cbn beta in D. rewrite update_same in D. replace (law_form a e / (pev e den * pev e den)) with
        ((pev e (diff a num) * pev e den - pev e (diff a den) * pev e num) / Rsqr (pev e den)).
      2: { unfold law_form, Rsqr. cbn. field. exact Hd. }
      assert (Q : forall s, Rabs (s - e a) < eps -> law_real (update e a s) l = pev (update e a s) num / pev
        (update e a s) den).
      { intros s Hs. assert (N := HE (s - e a) Hs). replace (e a + (s - e a)) with s in N by ring.
        apply real_quotient; [exact N|]. apply (M (update e a s)). apply unit_real. exact N. }
      intros e0 He0. destruct (D e0 He0) as [dl Hdl].
      assert (Hm : 0 < Rmin dl eps) by (apply Rmin_pos; [apply dl|apply eps]).
      exists (mkposreal _ Hm). intros h H0 H1. cbn in H1.
      rewrite !Q.
      - apply Hdl; [exact H0|]. eapply Rlt_le_trans; [exact H1|apply Rmin_l].
      - replace (e a - e a) with 0 by ring. rewrite Rabs_R0. apply eps.
      - replace (e a + h - e a) with h by ring. eapply Rlt_le_trans; [exact H1|apply Rmin_r].
    Qed.
    Lemma law_form_velocity e v : velocity P e v -> contract v (fun a => law_form a e) = 0.
    Proof.
      intros Hv. assert (S := slope_velocity P laws Hc l Hl e v Hv). rewrite <- S. unfold slope.
      assert (D : forall p, dpv e (on_states P v) p = contract v (fun a => pev e (diff a p))).
      { intros p. rewrite dp_sum.
        - apply (ssum_ext Reals). intros a Ha. apply is_state_spec in Ha. unfold on_states. rewrite Ha.
          reflexivity.
        - intros a Ha. unfold on_states. rewrite Ha. reflexivity. }
      rewrite !D. unfold contract. rewrite <- !rsum_scale, <- rsum_sub. apply (ssum_ext Reals). intros a _.
      unfold law_form. cbn. ring.
    Qed.
    Lemma law_form_closed e X Y : pev e den <> 0 -> contract X (fun a => law_form a e) = 0 ->
      contract Y (fun a => law_form a e) = 0 ->
      rsum (vars n) (fun b => rsum (vars n) (fun a => X b * Y a * law_form_derivative a b e)) =
      rsum (vars n) (fun b => rsum (vars n) (fun a => Y b * X a * law_form_derivative a b e)).
    Proof.
      intros Hd HX HY. set (du := fun a => pev e (diff a num)). set (dv := fun a => pev e (diff a den)).
      assert (K : forall V, contract V (fun a => law_form a e) = 0 -> pev e den * contract V du = pev e num *
        contract V dv).
      { intros V HV. apply Rminus_diag_uniq. rewrite <- HV. unfold contract. rewrite <- !rsum_scale, <-
        rsum_sub.
        apply (ssum_ext Reals). intros a _. unfold law_form, du, dv. cbn. ring. }
      assert (KX := K X HX). assert (KY := K Y HY). clear K.
      assert (Z : contract X dv * contract Y du - contract X du * contract Y dv = 0).
      { apply (Rmult_eq_reg_l (pev e den)); [|exact Hd].
        transitivity (contract X dv * (pev e den * contract Y du) - (pev e den * contract X du) * contract Y
          dv); [ring|].
        rewrite KX, KY. ring. }
      apply Rminus_diag_uniq. rewrite (rsum_swap (vars n) (vars n) (fun b a => Y b * X a *
        law_form_derivative a b e)).
      rewrite <- rsum_sub. transitivity (2 * (contract X dv * contract Y du - contract X du * contract Y dv));
        [|rewrite Z; ring].
      transitivity (rsum (vars n) (fun b => rsum (vars n) (fun a => 2 * (X b * dv b) * (Y a * du a) - 2 * (X
        b * du b) * (Y a * dv a)))).
      - apply (ssum_ext Reals). intros b _. rewrite <- rsum_sub. apply (ssum_ext Reals). intros a _.
        unfold law_form_derivative, du, dv. rewrite (diff_comm e a b num), (diff_comm e a b den).
        repeat match goal with |- context [pev e ?p] => generalize (pev e p); intro end. cbn. ring.
      - transitivity (rsum (vars n) (fun b => 2 * (X b * dv b) * contract Y du - 2 * (X b * du b) * contract
        Y dv)).
        + apply (ssum_ext Reals). intros b _. rewrite rsum_sub, !rsum_scale. reflexivity.
        + rewrite rsum_sub. unfold contract at 3 5. rewrite Rmult_minus_distr_l.
          f_equal.
          * rewrite <- Rmult_assoc, <- rsum_scale, <- (Rmult_comm (contract Y du)), <- rsum_scale.
            apply (ssum_ext Reals). intros. cbn. ring.
          * rewrite <- Rmult_assoc, <- rsum_scale, <- (Rmult_comm (contract Y dv)), <- rsum_scale.
            apply (ssum_ext Reals). intros. cbn. ring.
    Qed.
    (* where the constants have their values and the denominator does not vanish *)
    Definition law_domain (cst : positive -> R) (e : positive -> R) : Prop :=
      (forall a, is_state n a = false -> known P a = true -> e a = cst a) /\ pev e den <> 0.
    Lemma law_domain_open cst : open_along (law_domain cst).
    Proof.
      intros e a [Hk Hd] Ha.
      assert (C : continuity_pt (fun s => pev (update e a s) den) (e a)).
      { apply derivable_continuous_pt. exists (pev e (diff a den)). apply poly_derivative. }
      assert (Hd' : pev (update e a (e a)) den <> 0) by (rewrite update_same; exact Hd).
      destruct (continuous_neq_0 _ _ C Hd') as [eps HE]. exists eps. split; [apply eps|]. intros s Hs. split.
      - intros b Hb Kb. unfold update. destruct (Pos.eqb_spec b a) as [->|]; [congruence|apply Hk;
        assumption].
      - replace s with (e a + (s - e a)) by ring. apply HE. exact Hs.
    Qed.
  End LawForm.
End Smooth.
